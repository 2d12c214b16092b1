/** What every function is told: how AWS Powertools names and filters its log lines and metrics. */
export function commonVariables(functionName: string): Readonly<Record<string, string>> {
  return {
    POWERTOOLS_SERVICE_NAME: functionName,
    POWERTOOLS_METRICS_NAMESPACE: 'Cloakroom',
    POWERTOOLS_LOG_LEVEL: 'INFO',
  };
}
