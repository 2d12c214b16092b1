/** The environment of a person at a terminal: without what jest needs for itself. */
export function environmentForUsers(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return env;
}
