/**
 * The text about uploads, in each language.
 *
 * @module
 */

import { reasonOf, text } from "../text.ts";

const EN = {
  uploads: "Uploads",
  upload: "Upload",
  uploadFolder: "Upload a folder",
  drop: (folder: string) => `Drop files and folders to upload them to ${folder}`,
  notHere: "You are not allowed to write to this folder",
  reading: "Reading…",
  unreadable: (n: number) => n === 1 ? "1 item cannot be read" : `${n} items cannot be read`,
  begun: (n: number) => n === 1 ? "1 file is being uploaded" : `${n} files are being uploaded`,
  ended: (done: number, failed: number) =>
    `${done === 1 ? "1 file was uploaded" : `${done} files were uploaded`}` +
    (failed === 0 ? "" : failed === 1 ? ", 1 failed" : `, ${failed} failed`),
  progress: (done: number, all: number) => `${done} of ${all === 1 ? "1 file" : `${all} files`}`,
  progressOf: (name: string) => `Progress of ${name}`,
  bytes: (sent: string, all: string) => `${sent} of ${all}`,
  perSecond: (size: string) => `${size}/s`,
  left: (time: string) => `${time} left`,
  pause: "Pause",
  resume: "Continue",
  cancel: "Cancel",
  pauseAll: "Pause all",
  resumeAll: "Continue all",
  cancelAll: "Cancel all",
  retry: "Try again",
  retryAll: "Try all again",
  decide: "Decide",
  chooseAgain: "Choose again",
  otherFile: (name: string) => `${name} is not the file that was chosen before`,
  close: "Close",
  show: "Show the uploads",
  hide: "Hide the uploads",
  more: (n: number) => `Show ${n} more`,
  states: {
    waiting: "Waiting",
    checking: "Comparing with what was sent before",
    sending: "Uploading",
    offline: "Waiting for the server",
    paused: "Paused",
    asking: "A file with this name exists",
    lost: "Choose or drop this file again to continue",
    failed: "Failed",
    done: "Uploaded",
  },
  skipped: (n: number) => `${n} skipped`,
  exists: (name: string) => `${name} exists already`,
  existsFolder: (name: string) => `${name} is a folder there`,
  there: "There",
  yours: "Yours",
  replace: "Replace",
  keepBoth: "Keep both",
  skip: "Skip",
  forAll: (n: number) => `The same for all ${n} files`,
  errors: {
    worker: "The script that checks files could not be loaded. Load the page again",
    file_changed: "The file was changed or removed meanwhile",
    other_user: "Log in again to continue",
    conflict: "Something is in the way, or someone else has locked it",
  } as Readonly<Record<string, string>>,
};

/** The text about uploads in one language. */
export type Words = Readonly<typeof EN>;

const PT: Words = {
  uploads: "Envios",
  upload: "Enviar",
  uploadFolder: "Enviar uma pasta",
  drop: (folder) => `Solte arquivos e pastas para enviá-los a ${folder}`,
  notHere: "Você não tem permissão para gravar nesta pasta",
  reading: "Lendo…",
  unreadable: (n) => n === 1 ? "1 item não pode ser lido" : `${n} itens não podem ser lidos`,
  begun: (n) => n === 1 ? "1 arquivo está sendo enviado" : `${n} arquivos estão sendo enviados`,
  ended: (done, failed) =>
    `${done === 1 ? "1 arquivo foi enviado" : `${done} arquivos foram enviados`}` +
    (failed === 0 ? "" : failed === 1 ? ", 1 falhou" : `, ${failed} falharam`),
  progress: (done, all) => `${done} de ${all === 1 ? "1 arquivo" : `${all} arquivos`}`,
  progressOf: (name) => `Progresso de ${name}`,
  bytes: (sent, all) => `${sent} de ${all}`,
  perSecond: (size) => `${size}/s`,
  left: (time) => `faltam ${time}`,
  pause: "Pausar",
  resume: "Continuar",
  cancel: "Cancelar",
  pauseAll: "Pausar tudo",
  resumeAll: "Continuar tudo",
  cancelAll: "Cancelar tudo",
  retry: "Tentar de novo",
  retryAll: "Tentar tudo de novo",
  decide: "Decidir",
  chooseAgain: "Escolher de novo",
  otherFile: (name) => `${name} não é o arquivo que foi escolhido antes`,
  close: "Fechar",
  show: "Mostrar os envios",
  hide: "Esconder os envios",
  more: (n) => `Mostrar mais ${n}`,
  states: {
    waiting: "Na fila",
    checking: "Comparando com o que já foi enviado",
    sending: "Enviando",
    offline: "Esperando o servidor",
    paused: "Pausado",
    asking: "Já existe um arquivo com este nome",
    lost: "Escolha ou solte este arquivo de novo para continuar",
    failed: "Falhou",
    done: "Enviado",
  },
  skipped: (n) => n === 1 ? "1 ignorado" : `${n} ignorados`,
  exists: (name) => `${name} já existe`,
  existsFolder: (name) => `${name} é uma pasta lá`,
  there: "Lá",
  yours: "Seu",
  replace: "Substituir",
  keepBoth: "Manter os dois",
  skip: "Ignorar",
  forAll: (n) => `O mesmo para todos os ${n} arquivos`,
  errors: {
    worker: "O script que verifica os arquivos não pôde ser carregado. Recarregue a página",
    file_changed: "O arquivo foi modificado ou removido nesse meio-tempo",
    other_user: "Entre de novo para continuar",
    conflict: "Há algo no caminho, ou outra pessoa o bloqueou",
  },
};

/** The text about uploads in the language of the user. */
export const words: Words = text.language === "pt" ? PT : EN;

/** The reason of an error, for people. */
export function whyFailed(error: unknown): string {
  const { code = "" } = error as { readonly code?: string };
  return words.errors[code] ?? reasonOf(error);
}

/** A span of time, such as `3 min`. */
export function span(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.ceil(seconds % 3600 / 60)} min`;
}
