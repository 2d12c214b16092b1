import type { Statement } from '../iam/policy.ts';

export interface Runtime {
  readonly functionName: string;
  readonly logGroupArn: string;
  readonly insideVpc: boolean;
  /** Whether Lambda sends traces to X-Ray. */
  readonly isTraced: boolean;
}

/** What Lambda does on behalf of the function's role: write its log, send traces, and place network interfaces inside a VPC. */
export function runtimeStatements({ functionName, logGroupArn, insideVpc, isTraced }: Runtime): readonly Statement[] {
  return [
    writeLog(logGroupArn),
    ...(isTraced ? [sendTraces] : []),
    ...(insideVpc ? [placeNetworkInterfaces, leaveThemToLambda(functionName)] : []),
  ];
}

/** Traces are nobody's resource: `*` is all AWS offers. https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html */
const sendTraces: Statement = {
  sid: 'SendTraces',
  actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
  resources: ['*'],
};

/** The log streams of one group: their names are Lambda's. The group itself is Terraform's, so it is not created here. */
function writeLog(logGroupArn: string): Statement {
  return {
    sid: 'WriteLog',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [`${logGroupArn}:*`],
  };
}

const INTERFACE_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * Interfaces exist only once they are created, and EC2's Describe actions know no resource: `*` is all AWS offers.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
const placeNetworkInterfaces: Statement = {
  sid: 'PlaceNetworkInterfaces',
  actions: INTERFACE_ACTIONS,
  resources: ['*'],
};

/**
 * The function's own code may do nothing of that. Lambda's calls for interfaces carry no source function, those of the code
 * do. The name is exact and the account is not: a reference to the function, which waits for this policy, would be a circle.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 */
function leaveThemToLambda(functionName: string): Statement {
  return {
    sid: 'LeaveThemToLambda',
    effect: 'Deny',
    actions: [...INTERFACE_ACTIONS, 'ec2:DetachNetworkInterface'].sort(),
    resources: ['*'],
    condition: { ArnEquals: { 'lambda:SourceFunctionArn': [`arn:*:lambda:*:*:function:${functionName}`] } },
  };
}
