import { XMLBuilder } from 'fast-xml-parser';
import type { WorldReply } from '../stand-in.ts';

const builder = new XMLBuilder({ ignoreAttributes: false, suppressEmptyNode: true });

/** An XML reply as the query protocols send it. Attributes are keys with `@_` before them. */
export function xmlReply(status: number, tree: object, requestId: string): WorldReply {
  return {
    status,
    headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(tree)}`,
  };
}
