/** What each output of a stack is, for whoever reads it as an attribute of the module. */
export const OUTPUTS: Readonly<Record<string, string>> = {
  ApiUrl: 'Where clients reach the API, without a slash at the end.',
  ApiId: 'The id of the HTTP API.',
  AuthorizerId: 'The id of the authorizer in that API: routes of yours name it.',
  AuthorizerInvokeArn: 'What another API calls as its authorizer.',
  TableName: 'The table of sessions.',
  EventsTableName: 'The table of events.',
  QueueUrl: 'The queue of events.',
  DeadLetterQueueUrls: 'The queues of what could not be worked on, by what it was.',
  FunctionName: 'The authorizer, as Lambda knows it.',
  FunctionNames: 'All functions, as Lambda knows them, by their names here.',
  VpcId: 'The VPC of the functions that need no internet.',
  FunctionsSecurityGroupId: 'The security group of those functions.',
  EndpointIds: 'The VPC endpoints that were made, by service.',
  EndpointsSecurityGroupId: 'The security group of the interface endpoints that were made.',
};
