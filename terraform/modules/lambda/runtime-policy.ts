import type { Statement } from '../iam/policy.ts';

/** What Lambda does in the name of the function's role: write its log, and place network interfaces inside a VPC. */
export function runtimeStatements(logGroupArn: string, insideVpc: boolean): readonly Statement[] {
  return insideVpc ? [writeLog(logGroupArn), placeNetworkInterfaces] : [writeLog(logGroupArn)];
}

/** The log streams of one group: their names are Lambda's. The group itself is Terraform's, so it is not created here. */
function writeLog(logGroupArn: string): Statement {
  return {
    sid: 'WriteLog',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [`${logGroupArn}:*`],
  };
}

/**
 * Interfaces exist only once they are created, and EC2's Describe actions know no resource: `*` is all AWS offers.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
const placeNetworkInterfaces: Statement = {
  sid: 'PlaceNetworkInterfaces',
  actions: [
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:UnassignPrivateIpAddresses',
  ],
  resources: ['*'],
};
