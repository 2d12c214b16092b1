/** Variables of a process, by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** As it is now. AWS's own variables are read where they are needed, as the SDK reads them. */
export function environment(): Variables {
  // biome-ignore lint/style/noProcessEnv: credentials and endpoints are AWS's configuration, and not ours
  return process.env;
}
