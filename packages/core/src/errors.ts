/**
 * The root of every error of ours. `code` is stable and made for machines; the other fields carry what happened;
 * the message says it in a sentence. Whether a caller may see it is decided in `@cloakroom/http` by its code alone.
 */
export abstract class CloakroomError extends Error {
  abstract readonly code: string;
}

/** The configuration is wrong: thrown at start, naming every problem at once. */
export class ConfigurationError extends CloakroomError {
  override readonly name = 'ConfigurationError';
  readonly code = 'CONFIGURATION_INVALID';
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(`configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`, options);
    this.problems = problems;
  }
}

/** A value from outside does not have the documented form. `field` names it; the value itself is never repeated. */
export class MalformedError extends CloakroomError {
  override readonly name = 'MalformedError';
  readonly code = 'MALFORMED';
  readonly field: string;

  constructor(field: string, expectation: string, options?: ErrorOptions) {
    super(`${field}: ${expectation}`, options);
    this.field = field;
  }
}
