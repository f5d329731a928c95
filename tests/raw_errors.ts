/**
 * Finds errors of the runtime that are not turned into ours where they arise.
 *
 * A function is raw if it may throw an error of the runtime: it calls the file system or the network,
 * or a raw function, outside a `try` whose `catch` handles every error.
 *
 * @module
 */

import { join } from "node:path";
import ts from "typescript";

type Call = ts.CallExpression | ts.NewExpression;

/** The calls of `Deno` that fail as the operating system says. */
const DENO = new RegExp(
  "^(open|mkdir|remove|readDir|readTextFile|readFile|writeTextFile|writeFile|stat|lstat|rename|" +
    "link|symlink|realPath|chmod|truncate|utime|makeTempDir|connect|listen|listenTls|" +
    "listenDatagram|startTls|serve)(Sync)?$",
);
/** Calls of `node:fs` that fail only for a wrong descriptor. */
const HARMLESS = new Set(["closeSync"]);
/** What a `catch` calls to turn an error into ours. */
const CONVERSION = /\b(asFtError|storeError|codeOf|new FtError)\b/;

/** A call that may throw an error of the runtime. */
export interface RawCall {
  /** `lib/storage/fs_jail.ts: resolve` */
  readonly caller: string;
  /** `lib/storage/fs_entry.ts: look` */
  readonly callee: string;
}

/** The calls that should not be raw. */
export interface RawErrors {
  /** Calls of raw functions in another room than `base`, whose errors leave it. */
  readonly leaving: readonly RawCall[];
  /** Calls whose errors are caught by code that takes them for ours. */
  readonly deciding: readonly RawCall[];
}

/** Finds raw calls in the files of a folder. */
export function findRawErrors(root: string, files: readonly string[]): RawErrors {
  const program = ts.createProgram(files.map((file) => join(root, file)), {
    ...{ allowImportingTsExtensions: true, noEmit: true, noLib: true, types: [] },
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ESNext,
  });
  return new RawCalls(program, root).find();
}

class RawCalls {
  readonly #root: string;
  readonly #checker: ts.TypeChecker;
  readonly #calls: Call[] = [];
  /** Classes by the interface that they implement. */
  readonly #classes = new Map<string, ts.ClassDeclaration[]>();
  readonly #raw = new Set<ts.Node>();

  constructor(program: ts.Program, root: string) {
    this.#root = root;
    this.#checker = program.getTypeChecker();
    for (const file of program.getSourceFiles()) {
      if (file.fileName.startsWith(join(root, "lib"))) this.#visit(file);
    }
  }

  #visit(node: ts.Node): void {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) this.#calls.push(node);
    if (ts.isClassDeclaration(node)) {
      for (const type of node.heritageClauses?.flatMap((clause) => clause.types) ?? []) {
        const name = type.expression.getText();
        this.#classes.set(name, [...this.#classes.get(name) ?? [], node]);
      }
    }
    node.forEachChild((child) => this.#visit(child));
  }

  find(): RawErrors {
    this.#spread();
    const leaving: RawCall[] = [];
    const deciding: RawCall[] = [];
    for (const call of this.#calls) {
      const callee = this.#rawCallee(call);
      const from = functionOf(call);
      if (callee === undefined || from === undefined) continue;
      const found = { caller: this.#nameOf(from), callee: this.#nameOf(callee) };
      if (takesForOurs(call, from)) deciding.push(found);
      if (callee === call || isGuarded(call, from)) continue;
      const [ours, theirs] = [roomOf(found.caller), roomOf(found.callee)];
      if (ours !== theirs && theirs !== "lib/base") leaving.push(found);
    }
    return { leaving, deciding };
  }

  /** Marks the callers of raw functions as raw until no more are found. */
  #spread(): void {
    for (let before = -1; before !== this.#raw.size;) {
      before = this.#raw.size;
      for (const call of this.#calls) {
        const from = functionOf(call);
        if (from === undefined || this.#raw.has(from) || isGuarded(call, from)) continue;
        if (this.#rawCallee(call) !== undefined) this.#raw.add(from);
      }
    }
  }

  /** The raw function that is called; the call itself if it is one of the runtime. */
  #rawCallee(call: Call): ts.Node | undefined {
    return isRuntimeCall(call) ? call : this.#targets(call).find((node) => this.#raw.has(node));
  }

  #targets(call: Call): ts.Node[] {
    const { expression } = call;
    const at = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
    let symbol = this.#checker.getSymbolAtLocation(at);
    if (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0) {
      symbol = this.#checker.getAliasedSymbol(symbol);
    }
    return (symbol?.declarations ?? []).flatMap((declared) => this.#bodies(declared, call));
  }

  #bodies(declared: ts.Declaration, call: Call): ts.Node[] {
    if (ts.isClassDeclaration(declared) && ts.isNewExpression(call)) {
      return declared.members.filter(ts.isConstructorDeclaration);
    }
    if (ts.isMethodSignature(declared) && ts.isInterfaceDeclaration(declared.parent)) {
      const name = declared.name.getText();
      const classes = this.#classes.get(declared.parent.name.text) ?? [];
      return classes.flatMap(({ members }) => members.filter((it) => it.name?.getText() === name));
    }
    return [declared];
  }

  #nameOf(node: ts.Node): string {
    const file = node.getSourceFile().fileName.slice(this.#root.length + 1);
    const name = (node as ts.NamedDeclaration).name?.getText() ??
      node.getText().split("(", 1)[0]!.trim();
    return `${file}: ${name}`;
  }
}

function roomOf(name: string): string {
  return name.slice(0, name.lastIndexOf("/", name.indexOf(":")));
}

function functionOf(node: ts.Node): ts.Node | undefined {
  return ts.findAncestor(node.parent, (at) => ts.isFunctionLike(at) && "body" in at);
}

function isRuntimeCall(call: Call): boolean {
  const { expression } = call;
  if (ts.isPropertyAccessExpression(expression)) {
    return expression.expression.getText() === "Deno" && DENO.test(expression.name.text);
  }
  if (!ts.isIdentifier(expression) || HARMLESS.has(expression.text)) return false;
  return expression.text === "DatabaseSync" || importedFrom(call, "node:fs", expression.text);
}

function importedFrom(node: ts.Node, module: string, name: string): boolean {
  return node.getSourceFile().statements.filter(ts.isImportDeclaration).some((statement) => {
    const bindings = statement.importClause?.namedBindings;
    return (statement.moduleSpecifier as ts.StringLiteral).text === module &&
      bindings !== undefined && ts.isNamedImports(bindings) &&
      bindings.elements.some((element) => element.name.text === name);
  });
}

/** The `catch` clauses that get an error of a call, from the inside, up to its function. */
function* catchesOf(node: ts.Node, from: ts.Node): Generator<ts.CatchClause> {
  for (let at = node; at !== from; at = at.parent) {
    const { parent } = at;
    if (ts.isTryStatement(parent) && parent.tryBlock === at && parent.catchClause) {
      yield parent.catchClause;
    }
  }
}

/** Whether every error of a call is handled in its function. */
function isGuarded(node: ts.Node, from: ts.Node): boolean {
  for (let at = node; at !== from; at = at.parent) {
    const { parent } = at;
    if (ts.isPropertyAccessExpression(parent) && parent.name.text === "catch") return true;
  }
  return catchesOf(node, from).some((clause) => !throwsAgain(clause));
}

/** Whether a `catch` throws what it caught, unless that is certainly ours. */
function throwsAgain({ variableDeclaration, block }: ts.CatchClause): boolean {
  const name = variableDeclaration?.name.getText();
  const ours = new RegExp(`^(${name} instanceof FtError|hasCode\\(${name},[^)]*\\))$`);
  const visit = (node: ts.Node): boolean => {
    if (ts.isThrowStatement(node)) return node.expression.getText() === name;
    if (ts.isIfStatement(node) && ours.test(node.expression.getText())) {
      return node.elseStatement !== undefined && visit(node.elseStatement);
    }
    return ts.forEachChild(node, visit) ?? false;
  };
  return name !== undefined && visit(block);
}

/** Whether the first `catch` around a call decides by the codes of our errors only. */
function takesForOurs(node: ts.Node, from: ts.Node): boolean {
  const text = catchesOf(node, from).next().value?.block.getText() ?? "";
  return /\b(hasCode\(|instanceof FtError\b)/.test(text) && !CONVERSION.test(text);
}
