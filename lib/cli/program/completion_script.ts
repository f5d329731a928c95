/**
 * Shell completion scripts, generated from the table.
 *
 * @module
 */

import { FLAG_COMMANDS, type FlagCommand, flagOfWord } from "./flag_commands.ts";
import { type FlagRow, flagsOf } from "./flag_table.ts";
import type { ProgramTable } from "./program_table.ts";

/** The shells that are supported. */
export type Shell = "bash" | "zsh" | "fish";

/** Generates the completion script of a program. */
export function completionScript(table: ProgramTable<never>, shell: Shell): string {
  return { bash, zsh, fish }[shell](table).join("\n") + "\n";
}

/** All spellings of a flag: `-d --dir`. */
function typed(row: FlagRow): string[] {
  const long = row.negatable ? [`--${row.name}`, `--no-${row.name}`] : [`--${row.name}`];
  return row.short === undefined ? long : [`-${row.short}`, ...long];
}

/** The spellings of a flag with a value that may be missing: `--delete=forever`. */
function attached(row: FlagRow): string[] {
  if (row.alone === undefined) return [];
  return (knownWords(row) ?? []).map((word) => `--${row.name}=${word}`);
}

function shownCommands(table: ProgramTable<never>): readonly FlagCommand[] {
  return [...table.commands, ...FLAG_COMMANDS];
}

function firstWords(table: ProgramTable<never>): string[] {
  return [...new Set(shownCommands(table).map((row) => row.name.split(" ")[0]!))];
}

/** The second words of two-word commands and of `help`, by first word. */
function secondWords(table: ProgramTable<never>): Map<string, string[]> {
  const commands = new Set(table.commands.map(({ name }) => name.split(" ")[0]!));
  const groups = new Map([["help", [...commands]]]);
  for (const { name } of table.commands) {
    const [first, second] = name.split(" ");
    if (second !== undefined) groups.set(first!, [...groups.get(first!) ?? [], second]);
  }
  return groups;
}

/** The flags of the command with this first word, or of all commands in its group. */
function flagsOfWord(table: ProgramTable<never>, word: string): readonly FlagRow[] {
  if (flagOfWord(word) !== undefined) return flagsOf(table.flags, undefined);
  const commands = table.commands.filter((row) => row.name.split(" ")[0] === word);
  return table.flags.filter((flag) =>
    commands.some((row) => flagsOf(table.flags, row.name).includes(flag))
  );
}

/** The words that a flag's value may be, if there are any. */
function knownWords({ choices, words }: FlagRow): readonly string[] | undefined {
  return choices ?? words;
}

/** The commands whose arguments are names on a server. */
function namingCommands({ commands, completesNames }: ProgramTable<never>): string[] {
  if (completesNames === undefined) return [];
  return commands.filter(({ onServer }) => onServer !== undefined).map(({ name }) => name);
}

/** Bash breaks words at colons, and replaces only the part after the last one. */
function bashNames(table: ProgramTable<never>): string[] {
  if (namingCommands(table).length === 0) return [];
  return [
    `_${table.name}_names() {`,
    "  local name line=${COMP_LINE:0:COMP_POINT} cur=$1",
    "  local word=${line##*[[:space:]]} cut=''",
    "  [[ $COMP_WORDBREAKS == *:* && $word == *:* ]] && cut=${word%:*}:",
    "  while IFS= read -r name; do",
    '    COMPREPLY+=("${name#"$cut"}")',
    `  done < <(${table.name} ${table.completesNames} "$line" 2>/dev/null)`,
    "  ((${#COMPREPLY[@]} > 0)) && compopt -o filenames",
    "  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace",
    "  return 0",
    "}",
  ];
}

/** Whether the next word is the flag's value. */
function takesWord({ kind, alone }: FlagRow): boolean {
  return kind !== "boolean" && alone === undefined;
}

function bashValues(rows: readonly FlagRow[]): string[] {
  return rows.filter(takesWord).map((row) => {
    const known = knownWords(row);
    const words = known !== undefined
      ? `COMPREPLY=($(compgen -W "${known.join(" ")}" -- "$cur"))`
      : row.completes === "dir"
      ? "compopt -o dirnames"
      // Without candidates of ours bash completes file names itself, and quotes them correctly.
      : ":";
    return `    ${typed(row).join("|")}) ${words}; return ;;`;
  });
}

function bash(table: ProgramTable<never>): string[] {
  const words = firstWords(table);
  const flags = (rows: readonly FlagRow[]) =>
    rows.flatMap((row) => [...typed(row), ...attached(row)]).join(" ");
  const unnamed = table.defaultCommand ?? "";
  return [
    `# bash completion for ${table.name}`,
    ...bashNames(table),
    `_${table.name}() {`,
    "  local cur prev word='' flags i",
    "  COMPREPLY=() cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}",
    '  case "$prev" in',
    ...bashValues(table.flags),
    "  esac",
    "  for ((i = 1; i < COMP_CWORD; i++)); do",
    '    case "${COMP_WORDS[i]}" in',
    `    ${words.join("|")}) word=\${COMP_WORDS[i]}; break ;;`,
    "    esac",
    "  done",
    '  case "$word" in',
    ...words.map((word) => `    ${word}) flags="${flags(flagsOfWord(table, word))}" ;;`),
    `    *) flags="${flags(flagsOf(table.flags, unnamed))}" ;;`,
    "  esac",
    '  case "$word:$prev:$cur" in',
    '    *:*:-*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;',
    ...[...secondWords(table)].map(([first, second]) =>
      `    ${first}:${first}:*) COMPREPLY=($(compgen -W "${second.join(" ")}" -- "$cur")) ;;`
    ),
    `    :*) COMPREPLY=($(compgen -W "${words.join(" ")}" -- "$cur")) ;;`,
    ...namingCommands(table).map((name) => `    ${name}:*) _${table.name}_names "$cur" ;;`),
    "  esac",
    "}",
    `complete -o bashdefault -o default -F _${table.name} ${table.name}`,
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

// Brackets and colons are syntax in the specs of _arguments.
function zshText(text: string): string {
  return text.replace(/[[\]:\\]/g, "\\$&");
}

function zshFlag(row: FlagRow): string[] {
  const known = knownWords(row);
  const value = row.kind === "boolean"
    ? ""
    : `${row.alone === undefined ? "" : ":"}:${zshText(row.placeholder ?? "VALUE")}:` +
      (known !== undefined
        ? `(${known.join(" ")})`
        : row.completes === undefined
        ? ""
        : row.completes === "dir"
        ? "_files -/"
        : "_files");
  const many = row.kind === "list" ? "*" : "";
  // A value that may be missing is a part of the same word.
  const within = row.alone === undefined ? "" : "=-";
  return typed(row).map((name) => quoted(`${many}${name}${within}[${zshText(row.help)}]${value}`));
}

function zshNames(table: ProgramTable<never>): string[] {
  if (namingCommands(table).length === 0) return [];
  return [
    `_${table.name}_names() {`,
    "  local -a names",
    `  names=("\${(@f)$(${table.name} ${table.completesNames} "$LBUFFER" 2>/dev/null)}")`,
    "  names=(${names:#})",
    "  if (( $#names )); then compadd -S '' -a names; else _files; fi",
    "}",
  ];
}

function zsh(table: ProgramTable<never>): string[] {
  const described = (name: string, text: string) => quoted(`${name}:${zshText(text)}`);
  const summaries = new Map(
    shownCommands(table).map((row) => [row.name.split(" ")[0]!, row.summary]),
  );
  const groups = secondWords(table);
  const naming = namingCommands(table);
  const branch = (word: string) => {
    const second = groups.get(word);
    const names = second !== undefined
      ? `'1:command:(${second.join(" ")})'`
      : naming.includes(word)
      ? `'*:name:_${table.name}_names'`
      : "'*:file:_files'";
    const flags = flagsOfWord(table, word).flatMap(zshFlag);
    return [`    ${word})`, `      _arguments ${[...flags, names].join(" ")} ;;`];
  };
  return [
    `#compdef ${table.name}`,
    ...zshNames(table),
    `_${table.name}() {`,
    "  local curcontext=$curcontext state line",
    "  local -a commands",
    `  commands=(${[...summaries].map(([name, text]) => described(name, text)).join(" ")})`,
    "  _arguments -C " +
    [
      ...flagsOf(table.flags, table.defaultCommand).flatMap(zshFlag),
      "'1:command:->command'",
      "'*::argument:->argument'",
    ].join(" "),
    '  case "$state" in',
    "  command) _describe command commands ;;",
    "  argument)",
    '    case "$line[1]" in',
    ...firstWords(table).flatMap(branch),
    "    esac ;;",
    "  esac",
    "}",
    // A sourced script registers the function; one autoloaded from $fpath is its first call.
    `if [ "$funcstack[1]" = _${table.name} ]; then _${table.name} "$@"`,
    `else compdef _${table.name} ${table.name}; fi`,
  ];
}

/** When fish offers a flag. Flags of the default command are offered before any command, too. */
function fishCondition(row: FlagRow, table: ProgramTable<never>): string {
  if (row.commands === undefined) return "";
  const seen = `__fish_seen_subcommand_from ${row.commands.join(" ")}`;
  const early = table.defaultCommand !== undefined && row.commands.includes(table.defaultCommand);
  const unnamed = `not __fish_seen_subcommand_from ${firstWords(table).join(" ")}`;
  return ` -n ${quoted(early ? `${seen}; or ${unnamed}` : seen)}`;
}

function fishFlag(row: FlagRow, table: ProgramTable<never>): string[] {
  const condition = fishCondition(row, table);
  const short = row.short === undefined ? "" : ` -s ${row.short}`;
  const known = knownWords(row);
  const value = !takesWord(row)
    ? ""
    : known !== undefined
    ? ` -x -a ${quoted(known.join(" "))}`
    : row.completes === undefined
    ? " -x"
    : row.completes === "dir"
    ? " -x -a '(__fish_complete_directories)'"
    : " -r -F";
  const line = (name: string, letter: string) =>
    `complete -c ${table.name}${condition}${letter} -l ${name}${value} -d ${quoted(row.help)}`;
  if (row.negatable) return [line(row.name, short), line(`no-${row.name}`, "")];
  const more = attached(row).map((word) => `complete -c ${table.name}${condition} -f -a ${word}`);
  return [line(row.name, short), ...more];
}

function fishNames(table: ProgramTable<never>): string[] {
  const commands = namingCommands(table);
  if (commands.length === 0) return [];
  // Fish itself reports a program that it cannot find.
  const ask = `(command -q ${table.name}; and ${table.name} ${table.completesNames} ` +
    "(commandline -cp) 2>/dev/null)";
  const seen = `__fish_seen_subcommand_from ${commands.join(" ")}`;
  return [`complete -c ${table.name} -n ${quoted(seen)} -a ${quoted(ask)}`];
}

function fish(table: ProgramTable<never>): string[] {
  const words = firstWords(table);
  const none = `not __fish_seen_subcommand_from ${words.join(" ")}`;
  const command = (word: string) => {
    const { summary } = shownCommands(table).find((row) => row.name.split(" ")[0] === word)!;
    return `complete -c ${table.name} -f -n ${quoted(none)} -a ${word} -d ${quoted(summary)}`;
  };
  const second = [...secondWords(table)].map(([first, rest]) =>
    `complete -c ${table.name} -f -n ${quoted(`__fish_seen_subcommand_from ${first}`)} ` +
    `-a ${quoted(rest.join(" "))}`
  );
  return [
    `# fish completion for ${table.name}`,
    ...words.map(command),
    ...second,
    ...fishNames(table),
    ...table.flags.flatMap((row) => fishFlag(row, table)),
  ];
}
