import { useEffect, useEffectEvent, useMemo, useRef, useState, type ReactNode, type Ref } from 'react';
import type { EtcComparison, EtcEntry, EtcSide, EtcView } from '../../../shared/model/etc.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Icon } from '../../components/icon.tsx';
import { ColumnHeads } from './column-heads.tsx';
import './columns.css';
import { pathText } from './list-lines.ts';
import { decodeText, type Decoded } from './decode-text.ts';
import { FileHead } from './file-head.tsx';
import { HexColumns } from './hex-columns.tsx';
import { LineColumns, type ChangeSteps } from './line-columns.tsx';
import { LineList } from './line-list.tsx';
import { RevealDialog } from './reveal-dialog.tsx';
import { layoutSides, type FileLayout } from './file-layout.ts';
import { isCutContent, useFileContent, type FileContent, type SideContent } from './use-file-content.ts';
import type { Keeping } from './use-kept.ts';
import { useTexts, type Texts } from './use-texts.ts';
import { Verdict } from './verdict.tsx';

/** One file: its versions beside each other, what will come of them, and what can be done about it. */
export function FileView({
  detail,
  comparison,
  entry,
  keeping,
  onCompareAgain,
}: {
  readonly detail: HostDetail;
  readonly comparison: EtcComparison;
  readonly entry: EtcEntry;
  readonly keeping: Keeping;
  readonly onCompareAgain: () => void;
}): ReactNode {
  const [isRevealed, setRevealed] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [layout, setLayout] = useState<FileLayout>('all');
  const content = useFileContent(comparison.hostId, comparison.view, entry, isRevealed);
  const decoded = useDecoded(content);
  const texts = useTexts(decoded, content.isCut);
  const sides = layoutSides(layout, comparison.view);
  const steps = useRef<ChangeSteps>(null);
  useChangeKeys((step) => steps.current?.go(step));

  return (
    <>
      <FileHead
        detail={detail}
        comparison={comparison}
        entry={entry}
        texts={texts}
        keeping={keeping}
        layout={layout}
        onLayout={setLayout}
      />
      {content.isChanged && (
        <p className="etcfile__note" role="status">
          <Icon name="exclamation-triangle" tone="warn" />
          <span className="b-grow">This file has changed on the host since it was compared.</span>
          <Button variant="link" onClick={onCompareAgain}>
            Compare again
          </Button>
        </p>
      )}
      <ColumnHeads comparison={comparison} entry={entry} sides={sides} decoded={decoded} />
      <Body
        steps={steps}
        entry={entry}
        view={comparison.view}
        layout={layout}
        content={content}
        decoded={decoded}
        texts={texts}
        onReveal={() => setAsking(true)}
      />
      {content.isCut && <CutNote content={content} />}
      <Verdict
        comparison={comparison}
        entry={entry}
        texts={texts}
        isWhole={!content.isCut}
        onStep={layout === 'lines' ? null : (step) => steps.current?.go(step)}
      />
      {isAsking && (
        <RevealDialog
          path={pathText(entry)}
          hostName={detail.host.name}
          onClose={() => setAsking(false)}
          onReveal={() => {
            setAsking(false);
            setRevealed(true);
          }}
        />
      )}
    </>
  );
}

/** Each version as text or bytes, null while it is not there. */
export type DecodedSides = Readonly<Record<EtcSide, Decoded | null>>;

function useDecoded({ sides }: FileContent): DecodedSides {
  const { base, local, target } = sides;
  return {
    base: useMemo(() => decodedOf(base), [base]),
    local: useMemo(() => decodedOf(local), [local]),
    target: useMemo(() => decodedOf(target), [target]),
  };
}

function decodedOf(content: SideContent): Decoded | null {
  return content.kind === 'content' ? decodeText(content.bytes, !isCutContent(content)) : null;
}

/** F7 and Shift-F7 go to the next change and the one before, from anywhere on the page. */
function useChangeKeys(go: (step: 1 | -1) => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const inDialog = event.target instanceof Element && event.target.closest('dialog');
    if (event.key !== 'F7' || event.ctrlKey || event.metaKey || event.altKey || inDialog) return;
    event.preventDefault();
    go(event.shiftKey ? -1 : 1);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
}

function Body({
  steps,
  entry,
  view,
  layout,
  content,
  decoded,
  texts,
  onReveal,
}: {
  readonly steps: Ref<ChangeSteps>;
  readonly entry: EtcEntry;
  readonly view: EtcView;
  readonly layout: FileLayout;
  readonly content: FileContent;
  readonly decoded: DecodedSides;
  readonly texts: Texts;
  readonly onReveal: () => void;
}): ReactNode {
  const sides = useMemo(() => layoutSides(layout, view), [layout, view]);
  const contents = sides.map((side) => content.sides[side]);
  const path = pathText(entry);
  if (contents.some(({ kind }) => kind === 'masked')) {
    return (
      <div className="etcfile__body" data-file-content tabIndex={-1}>
        <EmptyState icon="key" title="Held back: this is a secret">
          <p>By its path it holds a password, a key or a token. Nothing of it was read.</p>
          <Button onClick={onReveal}>Show the content…</Button>
        </EmptyState>
      </div>
    );
  }
  if (contents.some(({ kind }) => kind === 'loading')) {
    return (
      <div className="etcfile__body" data-file-content tabIndex={-1} aria-busy="true">
        <p className="etcfile__wait" role="status">
          <Icon name="in-progress" tone="accent" /> Reading /etc/{path} …
        </p>
      </div>
    );
  }
  if (sides.some((side) => decoded[side]?.kind === 'binary')) return <HexColumns sides={sides} contents={contents} />;
  const props = { sides, contents, texts, path };
  return layout === 'lines' ? <LineList {...props} view={view} /> : <LineColumns key={layout} ref={steps} {...props} />;
}

function CutNote({ content }: { readonly content: FileContent }): ReactNode {
  const parts = Object.values(content.sides).filter(isCutContent);
  const first = parts[0];
  const loaded = first?.kind === 'content' ? first.bytes.length : 0;
  return (
    <p className="etcfile__note" role="status">
      <Icon name="info-circle" tone="update" />
      <span className="b-grow">
        A large file: compared is only its beginning, {(loaded / 1024 / 1024).toFixed(0)} MiB of each version. What
        differs after that is not shown.
      </span>
      {content.loadMore && (
        <Button variant="link" onClick={content.loadMore}>
          Load more
        </Button>
      )}
    </p>
  );
}
