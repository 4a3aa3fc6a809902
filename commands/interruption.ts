/**
 * From then on SIGINT and SIGTERM no longer end the process, but abort the signal: whoever works can still
 * remove what it has made.
 *
 * @param reason left out, it is an AbortError
 */
export function interruption(reason?: Error): AbortSignal {
  const interrupted = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      interrupted.abort(reason);
    });
  }
  return interrupted.signal;
}
