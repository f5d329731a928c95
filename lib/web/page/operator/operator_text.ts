/**
 * All text of the operator's view, in each language. It is loaded with that view only.
 *
 * @module
 */

import { text } from "../text.ts";

const EN = {
  language: "en",
  title: "Operator",
  files: "Files",
  running: (version: string, since: string) => `ftserver ${version}, started ${since}`,
  transfers: "Transfers",
  noTransfers: "No transfer is under way",
  totals: (gets: string, puts: string) => `Downloads ${gets}, uploads ${puts}`,
  get: "Download",
  put: "Upload",
  progress: (done: string, size: string) => `${done} of ${size}`,
  left: (time: string) => `${time} left`,
  rate: (size: string) => `${size}/s`,
  byUser: (user: string, dialect: string) => `${user}, ${dialect}`,
  connections: (n: number) => n === 1 ? "1 connection" : `${n} connections`,
  peer: "Peer",
  user: "User",
  dialect: "Protocol",
  since: "Since",
  encrypted: "encrypted",
  quotas: "Quotas",
  noQuotas: "No rule sets a quota",
  everything: "Everything",
  forUser: (subject: string) => subject === "*" ? "all users" : subject,
  used: (used: string, limit: string) => `${used} of ${limit} used`,
  counting: "being counted",
  log: "Log, times in UTC",
  noLog: "No line yet",
  drain: "Stop the server",
  askDrain: "Stop the server?",
  drainNote: (transfers: number, seconds: number) =>
    `${
      transfers === 0
        ? "No transfer is under way."
        : `${
          transfers === 1 ? "1 transfer" : `${transfers} transfers`
        } under way may take up to ${seconds} s more.`
    } All users are disconnected, and it can only be started again on its own machine.`,
  draining: (transfers: number) =>
    transfers === 0
      ? "The server is stopping"
      : `The server is stopping: ${
        transfers === 1 ? "1 transfer is" : `${transfers} transfers are`
      } under way`,
  stopped: "The server has stopped",
  lost: "The server does not answer. The page keeps trying",
  forbidden: "Only admins see this. The session may have ended:",
  logIn: "log in",
};

type OperatorText = Readonly<typeof EN>;

const PT: OperatorText = {
  language: "pt",
  title: "Operação",
  files: "Arquivos",
  running: (version, since) => `ftserver ${version}, iniciado ${since}`,
  transfers: "Transferências",
  noTransfers: "Nenhuma transferência em andamento",
  totals: (gets, puts) => `Downloads ${gets}, envios ${puts}`,
  get: "Download",
  put: "Envio",
  progress: (done, size) => `${done} de ${size}`,
  left: (time) => `faltam ${time}`,
  rate: (size) => `${size}/s`,
  byUser: (user, dialect) => `${user}, ${dialect}`,
  connections: (n) => n === 1 ? "1 conexão" : `${n} conexões`,
  peer: "Endereço",
  user: "Usuário",
  dialect: "Protocolo",
  since: "Desde",
  encrypted: "criptografada",
  quotas: "Cotas",
  noQuotas: "Nenhuma regra define uma cota",
  everything: "Tudo",
  forUser: (subject) => subject === "*" ? "todos os usuários" : subject,
  used: (used, limit) => `${used} de ${limit} em uso`,
  counting: "em contagem",
  log: "Registro, horários em UTC",
  noLog: "Nenhuma linha ainda",
  drain: "Parar o servidor",
  askDrain: "Parar o servidor?",
  drainNote: (transfers, seconds) =>
    `${
      transfers === 0
        ? "Nenhuma transferência em andamento."
        : `${
          transfers === 1 ? "1 transferência" : `${transfers} transferências`
        } em andamento podem levar até ${seconds} s.`
    } Todos os usuários são desconectados, e ele só pode ser iniciado de novo na própria máquina.`,
  draining: (transfers) =>
    transfers === 0
      ? "O servidor está parando"
      : `O servidor está parando: ${
        transfers === 1 ? "1 transferência" : `${transfers} transferências`
      } em andamento`,
  stopped: "O servidor parou",
  lost: "O servidor não responde. A página continua tentando",
  forbidden: "Só administradores veem isto. A sessão pode ter terminado:",
  logIn: "entrar",
};

/** The text in the language of the page. */
export const operatorText: OperatorText = text.language === PT.language ? PT : EN;
