import type { ApiName } from './attached-api.ts';
import { parseApiName } from './attached-api.ts';
import { type InvokedFunction, invokedBy } from './invoked-function.ts';

/** What is deployed, by what Terraform tells of it. */
export interface Installation {
  /** The alias `live` of the authorizer. */
  readonly authorizer: InvokedFunction;
  /** Its URI for API Gateway. */
  readonly authorizerUri: string;
  readonly apiId: string;
  readonly attached: readonly ApiName[];
  /** By which clients come; undefined: there is none of its own. */
  readonly domain: string | undefined;
  /** Undefined: there are no alarms. */
  readonly alarmTopicArn: string | undefined;
}

/**
 * Reads what `terraform output -json` printed.
 *
 * @throws Error in one line, when it is not that of a deployed stack
 */
export function parseOutputs(text: string): Installation {
  const outputs = valuesOf(text);
  const { ApiId, ApiUrl, AuthorizerInvokeArn, AttachedApis = [], AlarmTopicArn, DomainTarget } = outputs;
  const uri = typeof AuthorizerInvokeArn === 'string' ? AuthorizerInvokeArn : undefined;
  const authorizer = invokedBy(uri);
  if (typeof ApiId !== 'string' || uri === undefined || authorizer === undefined) {
    throw new Error('terraform output -json has no ApiId and AuthorizerInvokeArn: is the stack applied?');
  }
  return {
    authorizer,
    authorizerUri: uri,
    apiId: ApiId,
    attached: Array.isArray(AttachedApis) ? AttachedApis.map(attachedApi) : [],
    domain: typeof DomainTarget === 'string' ? new URL(String(ApiUrl)).hostname : undefined,
    alarmTopicArn: typeof AlarmTopicArn === 'string' ? AlarmTopicArn : undefined,
  };
}

function valuesOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const outputs = Object.entries(JSON.parse(text) as Record<string, { value?: unknown }>);
    return Object.fromEntries(outputs.map(([name, { value }]) => [name, value]));
  } catch (error) {
    throw new Error('this is not what terraform output -json prints', { cause: error });
  }
}

function attachedApi(entry: unknown): ApiName {
  const { kind, apiId, stage } = entry as Readonly<Record<string, unknown>>;
  return parseApiName(`${kind}:${apiId}/${stage}`);
}
