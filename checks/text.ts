/** C0 and C1 controls and what turns the direction of text: names from a forge could rewrite a terminal. */
// eslint-disable-next-line no-control-regex -- these are what it looks for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

/** What was thrown, in words. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** One line that moves no cursor. */
export const printable = (text: string): string => text.replaceAll(UNPRINTABLE, " ");

/** Keeps its line ends. */
export const printableLines = (text: string): string => text.split("\n").map(printable).join("\n");

/** Breaks between words; a word that is longer than a line, such as a sha, is cut, and nothing is left out. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  return [...lines, line];
}
