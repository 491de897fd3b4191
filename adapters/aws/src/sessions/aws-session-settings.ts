/** Where and as whom AWS is spoken to; the same shape as the process settings' `aws`. */
export interface AwsSessionSettings {
  /** Only for stand-ins and tests; absent for AWS itself. */
  readonly endpoint?: string | undefined;
  /** Region of STS; EC2 is asked in the Region of each target. */
  readonly region: string;
  /** Role to assume per account, `{account}` is replaced. Absent: the ambient credentials are used as they are. */
  readonly roleArn?: string | undefined;
  readonly externalId?: string | undefined;
  readonly credentials?:
    { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/** One account and Region. */
export interface AwsPlace {
  readonly account: string;
  readonly region: string;
}
