import type { IncomingHttpHeaders } from 'node:http';

/** One call to AWS, whichever protocol its service speaks. */
export interface AwsCall {
  /** As in its signature: `ec2`, `lambda`, `apigateway`. */
  readonly service: string;
  /** As AWS names it: `CreateVpc`, `UpdateFunctionConfiguration`. */
  readonly action: string;
  /** Its parameters by their names: of a form and of a path as text, of JSON as they are. */
  readonly input: Readonly<Record<string, unknown>>;
}

export interface AwsRequest {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The actions of the services that tell them by method and path alone. */
const REST_ACTIONS: readonly (readonly [method: string, path: RegExp, action: string])[] = [
  ['POST', /\/functions$/, 'CreateFunction'],
  ['DELETE', /\/functions\/(?<FunctionName>[^/]+)$/, 'DeleteFunction'],
  ['PUT', /\/functions\/(?<FunctionName>[^/]+)\/code$/, 'UpdateFunctionCode'],
  ['PUT', /\/functions\/(?<FunctionName>[^/]+)\/configuration$/, 'UpdateFunctionConfiguration'],
  ['POST', /\/functions\/(?<FunctionName>[^/]+)\/versions$/, 'PublishVersion'],
  ['POST', /\/functions\/(?<FunctionName>[^/]+)\/invocations$/, 'Invoke'],
  ['POST', /\/functions\/(?<FunctionName>[^/]+)\/aliases$/, 'CreateAlias'],
  ['PUT', /\/functions\/(?<FunctionName>[^/]+)\/aliases\/(?<Name>[^/]+)$/, 'UpdateAlias'],
  ['POST', /\/functions\/(?<FunctionName>[^/]+)\/policy$/, 'AddPermission'],
  ['DELETE', /\/functions\/(?<FunctionName>[^/]+)\/policy\/(?<StatementId>[^/]+)$/, 'RemovePermission'],
  ['POST', /\/event-source-mappings\/?$/, 'CreateEventSourceMapping'],
  ['POST', /\/v2\/apis$/, 'CreateApi'],
  ['POST', /\/v2\/apis\/(?<ApiId>[^/]+)\/authorizers$/, 'CreateAuthorizer'],
  ['POST', /\/v2\/apis\/(?<ApiId>[^/]+)\/integrations$/, 'CreateIntegration'],
  ['POST', /\/v2\/apis\/(?<ApiId>[^/]+)\/routes$/, 'CreateRoute'],
  ['PATCH', /\/v2\/apis\/(?<ApiId>[^/]+)\/routes\/(?<RouteId>[^/]+)$/, 'UpdateRoute'],
  ['DELETE', /\/v2\/apis\/(?<ApiId>[^/]+)\/routes\/(?<RouteId>[^/]+)$/, 'DeleteRoute'],
  ['POST', /\/v2\/apis\/(?<ApiId>[^/]+)\/stages$/, 'CreateStage'],
  ['PATCH', /\/v2\/apis\/(?<ApiId>[^/]+)\/stages\/(?<StageName>[^/]+)$/, 'UpdateStage'],
  [
    'DELETE',
    /\/v2\/apis\/(?<ApiId>[^/]+)\/stages\/(?<StageName>[^/]+)\/routesettings\/(?<RouteKey>[^/]+)$/,
    'DeleteRouteSettings',
  ],
  ['PATCH', /\/v2\/apis\/(?<ApiId>[^/]+)$/, 'UpdateApi'],
  ['POST', /\/hostedzone\/(?<HostedZoneId>[^/]+)\/rrset\/?$/, 'ChangeResourceRecordSets'],
  ['POST', /\/v2\/domainnames$/, 'CreateDomainName'],
  ['DELETE', /\/v2\/domainnames\/(?<DomainName>[^/]+)$/, 'DeleteDomainName'],
  ['POST', /\/v2\/domainnames\/(?<DomainName>[^/]+)\/apimappings$/, 'CreateApiMapping'],
  ['DELETE', /\/v2\/domainnames\/(?<DomainName>[^/]+)\/apimappings\/(?<ApiMappingId>[^/]+)$/, 'DeleteApiMapping'],
];

/** Reads a call out of its request. What is in none of the tables keeps its method and path as its action. */
export function readCall({ method, url, headers, body }: AwsRequest): AwsCall {
  const service = /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? 'unsigned';
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return { service, action: target.split('.').at(-1) ?? target, input: readJson(body) };
  if (/x-www-form-urlencoded/.test(headers['content-type'] ?? '')) {
    const { Action: action = '', ...input } = Object.fromEntries(new URLSearchParams(body));
    return { service, action, input };
  }
  const [path = ''] = url.split('?');
  for (const [verb, pattern, action] of REST_ACTIONS) {
    const found = verb === method ? pattern.exec(path) : null;
    if (found !== null) return { service, action, input: { ...readJson(body), ...decoded(found.groups) } };
  }
  return { service, action: `${method} ${path}`, input: readJson(body) };
}

function readJson(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function decoded(groups: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]));
}
