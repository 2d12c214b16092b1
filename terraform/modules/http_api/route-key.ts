const ROUTE_KEY = /^(GET|HEAD|POST|PUT|PATCH|DELETE) ((?:\/(?:[a-z][a-z0-9-]*|\{[A-Za-z][A-Za-z0-9]*\}))+)$/;

/** A route key of an HTTP API, such as `GET /users/{userId}/events`, and what is named after it. */
export class RouteKey {
  readonly text: string;
  readonly method: string;
  readonly #path: string;

  /** @throws Error when it is not a method and a path of plain segments and `{parameters}` */
  constructor(text: string) {
    const [, method, path] = ROUTE_KEY.exec(text) ?? [];
    if (method === undefined || path === undefined) throw new Error(`not a route key: ${text}`);
    this.text = text;
    this.method = method;
    this.#path = path;
  }

  /** For addresses: `get_users_userid_events`. */
  get slug(): string {
    return `${this.method}${this.#path.replace(/[^A-Za-z0-9]+/g, '_').replace(/_$/, '')}`.toLowerCase();
  }

  /**
   * What API Gateway calls itself when it invokes a function for this route. `*` stands for the stage, of which there is
   * one, and for each path parameter: AWS writes neither of them down for HTTP APIs.
   */
  sourceArn(executionArn: string): string {
    return `${executionArn}/*/${this.method}${this.#path.replace(/\{[^}]+\}/g, '*')}`;
  }
}
