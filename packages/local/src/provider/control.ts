import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../base/read-body.ts';
import { type BehaviourChanges, type CurrentBehaviour, parseBehaviour } from './provider-behaviour.ts';

/** What a test can make the provider do. */
export interface ProviderControl {
  /**
   * From now on it behaves so; what is not named is as it should be.
   *
   * @throws Error that names the field, when there is no such one or its value is none
   */
  behave(behaviour: BehaviourChanges): void;
  /** Ends every session of a user, as an administrator does: their clients get logout tokens. */
  endSessionsOf(user: string): Promise<void>;
  /** Every token that it gave since it started, for tests that look for them where they must not be. Empty unless it is controlled. */
  issued(): readonly string[];
}

/** What the provider asks of its control. */
interface Control extends ProviderControl {
  readonly behaviour: CurrentBehaviour;
  /** Tokens were given. */
  noteIssued(tokens: readonly string[]): void;
  /** Takes one off the times that are left; false when there are none. */
  useOnce(name: 'authorizationError'): boolean;
  /** Answers `POST /control/behaviour`, `POST /control/end-sessions-of` and `POST /control/issued`, whose bodies are JSON. */
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

interface ControlOptions extends Pick<ProviderControl, 'endSessionsOf'> {
  /** Whether it keeps what it has given. */
  readonly isControlled: boolean;
}

const MAX_BODY_BYTES = 65_536;

export function createControl({ endSessionsOf, isControlled }: ControlOptions): Control {
  const tokens: string[] = [];
  let current = parseBehaviour({});
  let usesLeft = Number.POSITIVE_INFINITY;

  function behave(behaviour: unknown): void {
    current = parseBehaviour(behaviour);
    usesLeft = current.authorizationError?.times ?? Number.POSITIVE_INFINITY;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      // A page of another origin would have to ask first, and is told nothing.
      if (request.headers['content-type'] !== 'application/json') throw new Error('the body must be application/json');
      const body = JSON.parse((await readBody(request, MAX_BODY_BYTES)).toString());
      if (request.url === '/control/behaviour') behave(body);
      else if (request.url === '/control/end-sessions-of') await endSessionsOf(String(body));
      else if (request.url !== '/control/issued') throw new Error(`nothing is at ${request.url}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(tokens));
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  }

  return {
    behaviour: () => current,
    behave,
    endSessionsOf,
    issued: () => [...tokens],
    noteIssued(given) {
      if (isControlled) tokens.push(...given);
    },
    serve,
    useOnce() {
      usesLeft -= 1;
      return usesLeft >= 0;
    },
  };
}
