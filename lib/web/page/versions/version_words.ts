/**
 * The text about versions, in each language.
 *
 * @module
 */

import { text } from "../text.ts";

const EN = {
  versions: "Versions",
  title: (name: string) => `Versions of ${name}`,
  none: "The server keeps no other version of this file",
  until: "Until",
  by: "Replaced by",
  size: "Size",
  actions: "Actions",
  show: "Show",
  hide: "Hide",
  download: "Download",
  restore: "Restore",
  of: (what: string, time: string) => `${what}: until ${time}`,
  restored: (name: string) => `${name} has the content of the version again`,
};

const PT: typeof EN = {
  versions: "Versões",
  title: (name) => `Versões de ${name}`,
  none: "O servidor não guarda outra versão deste arquivo",
  until: "Até",
  by: "Substituída por",
  size: "Tamanho",
  actions: "Ações",
  show: "Mostrar",
  hide: "Esconder",
  download: "Baixar",
  restore: "Restaurar",
  of: (what, time) => `${what}: até ${time}`,
  restored: (name) => `${name} tem de novo o conteúdo da versão`,
};

/** The text about versions in the language of the user. */
export const versionWords: Readonly<typeof EN> = text.language === "pt" ? PT : EN;
