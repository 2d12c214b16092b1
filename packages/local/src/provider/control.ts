import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../base/read-body.ts';
import type { LogoutTokenWish } from './logout-token.ts';
import {
  type BehaviourChanges,
  type CurrentBehaviour,
  parseBehaviour,
  type RefreshRotation,
} from './provider-behaviour.ts';
import type { Refresh } from './refresh-answer.ts';

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
  /** The `sid` of each session in which a user is signed in. */
  sessionsOf(user: string): readonly string[];
  /** Every token that it gave since it started, for tests that look for them where they must not be. Empty unless it is controlled. */
  issued(): readonly string[];
  /** Every refresh since it started, refused ones too. Empty unless it is controlled. */
  refreshes(): readonly Refresh[];
  /**
   * A logout token that it has not sent to anybody.
   *
   * @throws ValiError when there is no such field, or its value is none
   */
  logoutToken(wish: LogoutTokenWish): Promise<string>;
  /** Sends one to the address that its browser clients have registered, and returns what that answers. */
  sendLogoutToken(token: string): Promise<{ readonly status: number; readonly body: string }>;
}

/** What is meant for so many times. */
type Counted = 'authorizationError' | 'refreshAnswer';

/** What the provider asks of its control. */
export interface Control extends ProviderControl {
  readonly behaviour: CurrentBehaviour;
  /** Tokens were given. */
  noteIssued(tokens: readonly string[]): void;
  noteRefresh(refresh: Refresh): void;
  /** Takes one off the times that are left; false when there are none. */
  useOnce(name: Counted): boolean;
  /** Answers `POST /control/<command>`; bodies and answers are JSON. */
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

type Commands = Pick<ProviderControl, 'endSessionsOf' | 'logoutToken' | 'sendLogoutToken' | 'sessionsOf'>;

interface ControlOptions extends Commands {
  /** Whether it keeps what it has given. */
  readonly isControlled: boolean;
  /** What is as it should be, where a behaviour names nothing else. */
  readonly refreshRotation: RefreshRotation;
}

const MAX_BODY_BYTES = 65_536;

export function createControl({ isControlled, refreshRotation, ...does }: ControlOptions): Control {
  const tokens: string[] = [];
  const refreshes: Refresh[] = [];
  const uses = new Map<Counted, number>();
  let current = parseBehaviour({ refreshRotation });

  function behave(behaviour: object): void {
    current = parseBehaviour({ refreshRotation, ...behaviour });
    uses.clear();
  }

  const commands: Readonly<Record<string, (body: unknown) => unknown>> = {
    '/control/behaviour': (behaviour) => behave(Object(behaviour)),
    '/control/end-sessions-of': (user) => does.endSessionsOf(String(user)),
    '/control/sessions-of': (user) => does.sessionsOf(String(user)),
    '/control/issued': () => tokens,
    '/control/refreshes': () => refreshes,
    '/control/logout-token': (wish) => does.logoutToken(wish as LogoutTokenWish),
    '/control/send-logout-token': (token) => does.sendLogoutToken(String(token)),
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      // A page of another origin would have to ask first, and is told nothing.
      if (request.headers['content-type'] !== 'application/json') throw new Error('the body must be application/json');
      const body: unknown = JSON.parse((await readBody(request, MAX_BODY_BYTES)).toString());
      const { url = '' } = request;
      const command = Object.hasOwn(commands, url) ? commands[url] : undefined;
      if (command === undefined) throw new Error(`nothing is at ${url}`);
      const answer = JSON.stringify((await command(body)) ?? null);
      response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  }

  return {
    ...does,
    behaviour: () => current,
    behave,
    issued: () => [...tokens],
    refreshes: () => [...refreshes],
    noteIssued(given) {
      if (isControlled) tokens.push(...given);
    },
    noteRefresh(refresh) {
      if (isControlled) refreshes.push(refresh);
    },
    serve,
    useOnce(name) {
      const used = (uses.get(name) ?? 0) + 1;
      uses.set(name, used);
      return used <= (current[name]?.times ?? Number.POSITIVE_INFINITY);
    },
  };
}
