/**
 * Renders a recording as an animated SVG without scripts.
 *
 * @module
 */

import { readLine, type Run } from "./screen.ts";

/** The screen of a terminal from a moment on. */
export interface Frame {
  /** Seconds from the beginning. */
  readonly at: number;
  /** Its rows, with escape sequences. */
  readonly lines: readonly string[];
}

/** A terminal of the recording. */
export interface Pane {
  readonly title: string;
  readonly rows: number;
  readonly frames: readonly Frame[];
}

/** A picture with which a recording ends, in place of its terminals. */
export interface Ending {
  readonly title: string;
  /** WebP. Its sides have the proportions of {@linkcode screenSize}. */
  readonly picture: Uint8Array<ArrayBuffer>;
}

const CELL = { width: 8.43, height: 18 };
const PADDING = 12;
/** Height of a pane's title bar, and of the space between two panes. */
const [BAR, GAP] = [28, 10];
/** Seconds that the last frame stays, and before it that of the terminals if a picture follows. */
const [REST, BEFORE_ENDING] = [5, 2];

const COLORS = [
  ...["#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4"],
  ...["#6e7681", "#ffa198", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#ffffff"],
];

/**
 * Renders panes one below the other. Equal lines are in the file once.
 *
 * @param columns Width of each pane, in characters.
 * @param title Read out by screen readers.
 * @param ending Shown last. @default the last frames of the panes
 * @throws {Error} When a pane has no frames.
 */
export function renderSvg(
  panes: readonly Pane[],
  columns: number,
  title: string,
  ending?: Ending,
): string {
  const ends = panes.map(({ frames }) => frames.at(-1)?.at);
  if (ends.includes(undefined)) throw new Error("Cannot render a pane without frames");
  const last = Math.max(...ends.map(Number)) + (ending === undefined ? 0 : BEFORE_ENDING);
  const seconds = last + REST;
  const lines = new Map<string, string>();
  const width = columns * CELL.width + 2 * PADDING;
  let top = 0;
  const drawn = panes.map((pane, i) => {
    const text = drawPane(pane, i, top, width, lines);
    top += paneHeight(pane) + GAP;
    return text;
  });
  const height = top - GAP;
  if (ending !== undefined) {
    drawn.push(drawEnding(ending, [width, height], [last, seconds]));
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
    `width="${width}" height="${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>${style(panes, seconds)}</style>`,
    `<defs>${[...lines].map(([text, id]) => lineText(text, id)).join("")}</defs>`,
    ...drawn,
    "</svg>",
    "",
  ].join("\n");
}

/** The width and height of the picture of an {@linkcode Ending}, in pixels of the SVG. */
export function screenSize(
  panes: readonly Pick<Pane, "rows">[],
  columns: number,
): readonly [width: number, height: number] {
  const heights = panes.map(({ rows }) => paneHeight({ rows }) + GAP);
  const height = heights.reduce((sum, one) => sum + one, -GAP) - BAR;
  return [columns * CELL.width + 2 * PADDING, height];
}

/** @param from Seconds after which it is shown, of `seconds` in all. */
function drawEnding(
  { title, picture }: Ending,
  [width, height]: readonly [number, number],
  [from, seconds]: readonly [number, number],
): string {
  const share = `${(100 * from / seconds).toFixed(2)}%`;
  return [
    `<style>.e{animation:e ${seconds.toFixed(2)}s step-end infinite}` +
    `@keyframes e{0%{opacity:0}${share},100%{opacity:1}}` +
    `@media(prefers-reduced-motion){.e{animation:none}}</style>`,
    `<g class="e">`,
    window(title, width, height),
    `<image y="${BAR}" width="${width}" height="${height - BAR}" ` +
    `href="data:image/webp;base64,${picture.toBase64()}"/>`,
    "</g>",
  ].join("\n");
}

/** An empty window with its title. */
function window(title: string, width: number, height: number): string {
  return [
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    `<path d="M0 ${BAR}V8a8 8 0 0 1 8-8H${width - 8}a8 8 0 0 1 8 8v${BAR - 8}z" fill="#21262d"/>`,
    `<text x="${PADDING}" y="19" class="t">${escapeXml(title)}</text>`,
  ].join("\n");
}

const screenHeight = ({ rows }: Pick<Pane, "rows">): number => rows * CELL.height;
const paneHeight = (pane: Pick<Pane, "rows">): number => BAR + screenHeight(pane) + 2 * PADDING;

function drawPane(
  pane: Pane,
  index: number,
  top: number,
  width: number,
  lines: Map<string, string>,
): string {
  const height = screenHeight(pane);
  const uses = pane.frames.map((frame, i) => frameUses(frame, i * height, lines));
  return [
    `<svg y="${top}" width="${width}" height="${paneHeight(pane)}">`,
    window(pane.title, width, paneHeight(pane)),
    `<svg x="${PADDING}" y="${BAR + PADDING}" width="${width - 2 * PADDING}" height="${height}">`,
    `<g class="f${index}">${uses.join("")}</g>`,
    "</svg></svg>",
  ].join("\n");
}

function frameUses({ lines }: Frame, top: number, known: Map<string, string>): string {
  return lines.map((line, row) => {
    if (readLine(line).length === 0) return "";
    const id = known.get(line) ?? `l${known.size}`;
    known.set(line, id);
    return `<use href="#${id}" y="${top + row * CELL.height}"/>`;
  }).join("");
}

function lineText(line: string, id: string): string {
  return `<text id="${id}" y="13" xml:space="preserve">${
    readLine(line).map(runText).join("")
  }</text>\n`;
}

function runText({ text, column, bold, dim, color }: Run): string {
  const classes = [bold && "b", dim && "d", color !== undefined && `c${color}`].filter(Boolean);
  const named = classes.length === 0 ? "" : ` class="${classes.join(" ")}"`;
  const trimmed = text.trimStart();
  const x = (column + [...text].length - [...trimmed].length) * CELL.width;
  return `<tspan x="${Number(x.toFixed(1))}"${named}>${escapeXml(trimmed.trimEnd())}</tspan>`;
}

function style(panes: readonly Pane[], seconds: number): string {
  return [
    "text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#e6edf3;" +
    "white-space:pre}",
    ".t{font-weight:600;fill:#b1bac4}.b{font-weight:600}.d{opacity:.6}",
    ...COLORS.map((color, i) => `.c${i}{fill:${color}}`),
    ...panes.map((pane, i) => film(pane, `f${i}`, seconds)),
  ].join("");
}

/** Moves a pane's frames past its screen, one at a time. */
function film(pane: Pane, name: string, seconds: number): string {
  const height = screenHeight(pane);
  const steps = pane.frames.map(({ at }, i) =>
    `${(100 * at / seconds).toFixed(2)}%{transform:translateY(${-i * height}px)}`
  );
  const end = `transform:translateY(${-(pane.frames.length - 1) * height}px)`;
  return [
    `.${name}{animation:${name} ${seconds.toFixed(2)}s step-end infinite}`,
    `@keyframes ${name}{${steps.join("")}100%{${end}}}`,
    // Users who prefer no motion see the last frame.
    `@media(prefers-reduced-motion){.${name}{animation:none;${end}}}`,
  ].join("");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
