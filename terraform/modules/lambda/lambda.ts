import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import type { FunctionRole } from '../iam/function-role.ts';
import { policyDocument } from '../iam/policy.ts';
import { createLogGroup, type LogSettings } from '../monitoring/log-group.ts';
import { checkVariables } from './check-variables.ts';
import { runtimeStatements } from './runtime-policy.ts';

/** Where a function's network interfaces are placed. */
export interface Placement {
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
}

/** The zip of a function. */
export interface Code {
  /** Relative to the folder Terraform runs in. */
  readonly path: string;
  /** Base64 of its SHA-256, as Lambda reports it: a new version is published when, and only when, this changes. */
  readonly sha256Base64: string;
}

export interface LambdaProps {
  readonly functionName: string;
  readonly role: FunctionRole;
  readonly code: Code;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly logs: LogSettings;
  /** Absent: outside any VPC. */
  readonly placement?: Placement | undefined;
}

/**
 * A function on arm64 and Node 24 whose every change is published as a version. Callers use the alias `live`, the only
 * output: so what is invoked, authorized and permitted is one version, and going back is moving the alias.
 *
 * @throws Error when a variable is one that Lambda reserves, or all of them are too large
 */
export class Lambda extends Construct {
  readonly alias: LambdaAlias;

  constructor(scope: Construct, id: string, props: LambdaProps) {
    super(scope, id);
    checkVariables(props.functionName, props.environment);
    const logGroup = createLogGroup(this, id, { ...props.logs, name: `/aws/lambda/${props.functionName}` });
    const { functionName, placement } = props;
    const runtime = { functionName, logGroupArn: logGroup.arn, insideVpc: placement !== undefined };
    const policy = policyDocument(runtimeStatements(runtime));
    const runtimePolicy = new IamRolePolicy(this, 'runtime', { name: 'runtime', role: props.role.name, policy });
    fixedId(runtimePolicy, `${id}_runtime`);
    const lambda = new LambdaFunction(this, 'this', {
      ...functionConfig(props),
      dependsOn: [props.role.policy, runtimePolicy, logGroup],
    });
    fixedId(lambda, id);
    this.alias = new LambdaAlias(this, 'live', {
      name: 'live',
      functionName: lambda.functionName,
      functionVersion: lambda.version,
    });
    fixedId(this.alias, id);
  }
}

function functionConfig(props: LambdaProps) {
  const { placement } = props;
  return {
    functionName: props.functionName,
    role: props.role.arn,
    architectures: ['arm64'],
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    filename: props.code.path,
    sourceCodeHash: props.code.sha256Base64,
    publish: true,
    memorySize: props.memoryMb,
    timeout: props.timeoutSeconds,
    environment: { variables: { ...props.environment } },
    ...(placement === undefined
      ? {}
      : { vpcConfig: { subnetIds: [...placement.subnetIds], securityGroupIds: [placement.securityGroupId] } }),
  };
}
