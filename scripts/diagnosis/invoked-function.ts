/** A Lambda function as API Gateway is told of it. */
export interface InvokedFunction {
  readonly region: string;
  readonly accountId: string;
  readonly name: string;
  /** An alias or a version; undefined is the bare function. */
  readonly qualifier: string | undefined;
  /** `aws`, `aws-cn`… */
  readonly partition: string;
}

const URI =
  /:lambda:path\/[^/]+\/functions\/arn:(?<partition>[^:]+):lambda:(?<region>[^:]+):(?<accountId>\d+):function:(?<name>[^:/]+)(?::(?<qualifier>[^:/]+))?\/invocations$/;

/**
 * The function that an authorizer's URI names; undefined when it is no URI of a function.
 * https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html
 */
export function invokedBy(uri: string | undefined): InvokedFunction | undefined {
  const { partition, region, accountId, name, qualifier } = URI.exec(uri ?? '')?.groups ?? {};
  if (partition === undefined || region === undefined || accountId === undefined || name === undefined)
    return undefined;
  return { partition, region, accountId, name, qualifier };
}

/** `cloakroom-dev-authorizer:live` */
export function nameWithQualifier({ name, qualifier }: Pick<InvokedFunction, 'name' | 'qualifier'>): string {
  return qualifier === undefined ? name : `${name}:${qualifier}`;
}

/** A URI with the variables of its stage in place. https://docs.aws.amazon.com/apigateway/latest/developerguide/stage-variables.html */
export function withStageVariables(
  uri: string | undefined,
  variables: Readonly<Record<string, string>> | undefined,
): string | undefined {
  return uri?.replace(/\$\{stageVariables\.(\w+)\}/g, (text, name: string) => variables?.[name] ?? text);
}
