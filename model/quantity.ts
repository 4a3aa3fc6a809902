const QUANTITY =
  /^\+?(?<number>\d+(?:\.\d*)?|\.\d+)(?:(?<suffix>[numkMGTPE]|[KMGTPE]i)|[eE](?<exponent>[+-]?\d+))?$/;

const UNITS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** What a quantity of Kubernetes amounts to; undefined where the text is none, or is negative. */
export function amountOf(text: string): number | undefined {
  const { number = "", suffix, exponent = "0" } = QUANTITY.exec(text)?.groups ?? {};
  if (number === "") return undefined;
  return suffix === undefined
    ? Number(`${number}e${exponent}`)
    : Number(number) * (UNITS[suffix] ?? 1);
}
