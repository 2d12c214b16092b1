import { CloakroomClientError } from './client-error.ts';

/** Your API asks for a stronger or newer sign-in (RFC 9470). `signIn({ stepUp: true, parameters: error.parameters })` obtains it. */
export class StepUpRequiredError extends CloakroomClientError {
  override readonly name = 'StepUpRequiredError';
  /** `acr_values` and `max_age`, as far as they were named. `browser.parameters` of the issuer must list them. */
  readonly parameters: Readonly<Record<string, string>>;

  constructor(parameters: Readonly<Record<string, string>>) {
    super('STEP_UP_REQUIRED', 'more is to be proved: signIn({ stepUp: true, parameters })');
    this.parameters = parameters;
  }
}

/** The second is what API Gateway makes of it where it takes the header for its own. */
const HEADERS = ['www-authenticate', 'x-amzn-remapped-www-authenticate'];

/** @throws StepUpRequiredError the answer holds the challenge of RFC 9470 §3 */
export function assertNoStepUp(answer: Response): void {
  const challenge = HEADERS.map((name) => answer.headers.get(name)).join();
  if (answer.status !== 401 || !/\berror="?insufficient_user_authentication\b/.test(challenge)) return;
  const parameters = [...challenge.matchAll(/\b(acr_values|max_age)="?([^",]+)/g)];
  throw new StepUpRequiredError(Object.fromEntries(parameters.map(([, name, value]) => [name, value])));
}
