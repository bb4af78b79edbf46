import { MAX_ETC_CONTENT } from '../../../shared/model/etc-limits.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { showPath } from '../../../shared/logic/etc-path.ts';
import { formatBytes } from '../../../shared/logic/format.ts';
import type { EtcNewContent } from '../../../shared/model/etc-act.ts';
import { etcActLimits } from '../../../shared/model/etc-limits.ts';
import type { EtcNode, EtcPath, EtcSide } from '../../../shared/model/etc.ts';
import type { EtcContents } from '../operations/etc-contents.ts';
import type { EtcQuestion, EtcService } from './etc-service.ts';

/**
 * Takes a version of a file from a host, for it to be put on others. A secret is refused with `etc.secret` unless `reveal`, which is noted.
 * Rejects with `etc.not-a-file`, `etc.too-large`, `etc.changed` when it is not the same from its beginning to its end, or as `EtcService.content` does.
 */
export async function copyEtcContent(
  etc: Pick<EtcService, 'content'>,
  contents: EtcContents,
  asked: EtcQuestion & { readonly side: EtcSide; readonly path: EtcPath; readonly reveal: boolean },
): Promise<{ readonly content: EtcNewContent; readonly node: EtcNode }> {
  const path = `/etc/${showPath(asked.path)}`;
  const pieces: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const { node, base64, size } = await etc.content({ ...asked, offset, length: MAX_ETC_CONTENT });
    if (node?.type !== 'file') throw new BerthError('etc.not-a-file', { path });
    if (size > etcActLimits.content) throw new BerthError('etc.too-large', { path, size: formatBytes(size) });
    const piece = Buffer.from(base64, 'base64');
    pieces.push(piece);
    offset += piece.length;
    if (offset < size && piece.length > 0) continue;
    if (offset !== size) throw new BerthError('etc.changed', { paths: path });
    const content = contents.put(Buffer.concat(pieces));
    if (node.hash !== null && node.hash !== content.hash) throw new BerthError('etc.changed', { paths: path });
    return { content, node: { ...node, hash: content.hash } };
  }
}
