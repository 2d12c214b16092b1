import { isObject } from '@cloakroom/core';
import { StepFailure } from './smoke-steps.ts';

const MAX_SHOWN = 160;

/** What the API has answered. */
export interface Answer {
  /** What was asked: `GET /health`. */
  readonly asked: string;
  readonly status: number;
  readonly headers: Headers;
  /** Of our envelope; undefined where there is none. */
  readonly data: Readonly<Record<string, unknown>> | undefined;
  /** The code of our errors; undefined for those of the gateway. */
  readonly code: string | undefined;
  readonly message: string | undefined;
  /** By which `scripts/logs --request` finds its lines. */
  readonly requestId: string | undefined;
}

/** One request with the credential of whoever asks. */
export type Ask = (method: string, path: string, body?: object) => Promise<Answer>;

export async function readAnswer(asked: string, response: Response): Promise<Answer> {
  const { status, headers } = response;
  const { data, error, message, requestId } = parseObject(await response.text());
  const told = isObject(error) ? error : { message };
  return {
    asked,
    status,
    headers,
    data: isObject(data) ? data : undefined,
    code: textOf(told.code),
    message: textOf(told.message),
    requestId: textOf(requestId) ?? headers.get('apigw-requestid') ?? undefined,
  };
}

/** @throws StepFailure that says what came instead, and how to find out why */
export function assertStatus(answer: Answer, expected: number | readonly number[], next?: string): undefined {
  const statuses = [expected].flat();
  if (statuses.includes(answer.status)) return;
  throw new StepFailure(`${describeAnswer(answer)}, not ${statuses.join(' or ')}`, next);
}

/** `GET /ready answered 503 DEPENDENCY_UNAVAILABLE "down: queue" (request 1-2-3)` */
export function describeAnswer({ asked, status, code, message, requestId }: Answer): string {
  const words = [
    `${asked} answered ${status}`,
    code,
    message === undefined ? undefined : JSON.stringify(message.slice(0, MAX_SHOWN)),
    requestId === undefined ? undefined : `(request ${requestId})`,
  ];
  return words.filter((word) => word !== undefined).join(' ');
}

/** The text in a field of the answer. @throws StepFailure when it has none */
export function requireText({ asked, data }: Answer, field: string): string {
  const value = textOf(data?.[field]);
  if (value === undefined) throw new StepFailure(`${asked} answered without ${field}`);
  return value;
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
