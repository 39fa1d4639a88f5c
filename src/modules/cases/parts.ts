/** What the cases need beside the caller's context: given once, when the program is assembled. */
export interface CaseParts {
  /** Zone of the place of care: days of the talon and months of the account. */
  zone: string;
}
