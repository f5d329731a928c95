/**
 * A recording as an animated SVG that needs no script.
 *
 * @module
 */

import { readLine, type Run } from "./screen.ts";

/** What a terminal showed from a moment on. */
export interface Frame {
  /** Seconds from the beginning. */
  readonly at: number;
  /** Its lines, with escape sequences. */
  readonly lines: readonly string[];
}

/** The size of a terminal, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const CELL = { width: 8.43, height: 18 };
const PADDING = 14;
/** Seconds the last frame stays. */
const REST = 5;

const COLORS = [
  ...["#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4"],
  ...["#6e7681", "#ffa198", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#ffffff"],
];

/**
 * Renders frames. Equal lines are in the file once.
 *
 * @param title Read out by screen readers.
 * @throws {Error} Without a frame.
 */
export function renderSvg(frames: readonly Frame[], size: Size, title: string): string {
  const last = frames.at(-1);
  if (last === undefined) throw new Error("Cannot render a recording without frames");
  const lines = new Map<string, string>();
  const height = size.rows * CELL.height;
  const uses = frames.map((frame, i) => frameUses(frame, i * height, lines));
  const [width, whole] = [size.columns * CELL.width + 2 * PADDING, height + 2 * PADDING];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${whole}" ` +
    `width="${width}" height="${whole}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>${style(frames, last.at + REST, height)}</style>`,
    `<defs>${[...lines].map(([text, id]) => lineText(text, id)).join("")}</defs>`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<svg x="${PADDING}" y="${PADDING}" width="${width - 2 * PADDING}" height="${height}">`,
    `<g class="film">${uses.join("")}</g>`,
    "</svg>",
    "</svg>",
    "",
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
  return `<text id="${id}" y="13">${readLine(line).map(runText).join("")}</text>\n`;
}

function runText({ text, column, bold, dim, color }: Run): string {
  const classes = [bold && "b", dim && "d", color !== undefined && `c${color}`].filter(Boolean);
  const named = classes.length === 0 ? "" : ` class="${classes.join(" ")}"`;
  const trimmed = text.trimStart();
  const x = (column + [...text].length - [...trimmed].length) * CELL.width;
  return `<tspan x="${Number(x.toFixed(1))}"${named}>${escapeXml(trimmed.trimEnd())}</tspan>`;
}

function style(frames: readonly Frame[], seconds: number, height: number): string {
  const steps = frames.map(({ at }, i) =>
    `${(100 * at / seconds).toFixed(2)}%{transform:translateY(${-i * height}px)}`
  );
  const end = `transform:translateY(${-(frames.length - 1) * height}px)`;
  const used = COLORS.map((color, i) => `.c${i}{fill:${color}}`);
  return [
    "text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#e6edf3;" +
    "white-space:pre}",
    ".b{font-weight:600}.d{opacity:.6}",
    ...used,
    `.film{animation:film ${seconds.toFixed(2)}s step-end infinite}`,
    `@keyframes film{${steps.join("")}100%{${end}}}`,
    // Who wants nothing to move sees how it ends.
    `@media(prefers-reduced-motion){.film{animation:none;${end}}}`,
  ].join("");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
