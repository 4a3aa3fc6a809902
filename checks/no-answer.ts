/** Something was asked and no usable answer came; the message says what happened, the remedy what to do. */
export class NoAnswer extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
