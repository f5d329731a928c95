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

const CELL = { width: 8.43, height: 18 };
const PADDING = 12;
/** Height of a pane's title bar, and of the space between two panes. */
const [BAR, GAP] = [28, 10];
/** Seconds that the last frame stays. */
const REST = 5;

const COLORS = [
  ...["#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4"],
  ...["#6e7681", "#ffa198", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#ffffff"],
];

/**
 * Renders panes one below the other. Equal lines are in the file once.
 *
 * @param columns Width of each pane, in characters.
 * @param title Read out by screen readers.
 * @throws {Error} When a pane has no frames.
 */
export function renderSvg(panes: readonly Pane[], columns: number, title: string): string {
  const ends = panes.map(({ frames }) => frames.at(-1)?.at);
  if (ends.includes(undefined)) throw new Error("Cannot render a pane without frames");
  const seconds = Math.max(...ends.map(Number)) + REST;
  const lines = new Map<string, string>();
  const width = columns * CELL.width + 2 * PADDING;
  let top = 0;
  const drawn = panes.map((pane, i) => {
    const text = drawPane(pane, i, top, width, lines);
    top += paneHeight(pane) + GAP;
    return text;
  });
  const height = top - GAP;
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

const screenHeight = ({ rows }: Pane): number => rows * CELL.height;
const paneHeight = (pane: Pane): number => BAR + screenHeight(pane) + 2 * PADDING;

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
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<path d="M0 ${BAR}V8a8 8 0 0 1 8-8H${width - 8}a8 8 0 0 1 8 8v${BAR - 8}z" fill="#21262d"/>`,
    `<text x="${PADDING}" y="19" class="t">${escapeXml(pane.title)}</text>`,
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
