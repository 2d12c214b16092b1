/** Something that may go, since the code of the release before did not need it any more. */
export interface PassedNarrowing {
  /** The release that is recorded, whose code does without. */
  readonly release: string;
  /** `aws_iam_role.authorizer` */
  readonly holder: string;
  readonly action: string;
  /** As it stands in the policy. */
  readonly resource: string;
  readonly why: string;
}

/**
 * What this release takes away. A permission that code stops using stays for one release, in which it is listed nowhere; in the
 * next, its line here says so. Empty again with each release that is recorded.
 */
export const PASSED: readonly PassedNarrowing[] = [];
