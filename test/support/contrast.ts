/** The contrast ratio of WCAG 2.2, from 1 to 21, of two opaque colours as a browser computes them. */
export function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: string): number {
  const match = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(color);
  if (match === null) throw new Error(`${color} is not an opaque colour`);
  const [red = 0, green = 0, blue = 0] = match.slice(1).map((channel) => linear(Number(channel)));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
