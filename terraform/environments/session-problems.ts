/** The settings of sessions that must agree with each other. */
interface Told {
  readonly sessions: {
    readonly touchIntervalSeconds: number;
    readonly bearerIdleSeconds: number;
    readonly ticketIdleSeconds: number;
    readonly absoluteSeconds?: number | undefined;
    readonly ttlHours?: number | undefined;
  };
}

/** A use is written down once in an interval: by the end of its idle time a session in use has been touched several times. */
const TOUCHES_WHILE_IDLE = 6;

/** What contradicts in the settings of sessions, a sentence for each. */
export function sessionProblems({ sessions }: Told): readonly string[] {
  const { touchIntervalSeconds, absoluteSeconds, ttlHours } = sessions;
  const idle = (['bearerIdleSeconds', 'ticketIdleSeconds'] as const).filter(
    (name) => touchIntervalSeconds > sessions[name] / TOUCHES_WHILE_IDLE,
  );
  return [
    ...idle.map(
      (name) =>
        `sessions.touchIntervalSeconds is ${touchIntervalSeconds} and must be at most a sixth of ${name}, which is ${sessions[name]}: a session in use would expire. Lower the one or raise the other`,
    ),
    ...(absoluteSeconds === undefined || ttlHours === undefined
      ? []
      : [
          `sessions.absoluteSeconds ${absoluteSeconds} and sessions.ttlHours ${ttlHours} say the same: leave one of them out`,
        ]),
  ];
}
