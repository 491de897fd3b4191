/** Every answer of the API that is not a success. Match on `code`; `remedy` says what the reader can do. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly remedy: string | null;
}
