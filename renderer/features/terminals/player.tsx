import '@xterm/xterm/css/xterm.css';
import { Terminal } from '@xterm/xterm';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { formatBytes } from '../../../shared/logic/format.ts';
import { IconButton } from '../../components/button.tsx';
import { MenuButton } from '../../components/menu.tsx';
import { readTerminalTheme } from '../../log-terminal/terminal-theme.ts';
import { useSession } from '../../state/session-context.ts';
import { answerOnly } from '../../terminal/answers.ts';
import { clockText, findInCast, IDLE_LIMIT, sameMoment, timesOf, type Cast } from './cast.ts';
import { createPlayback, type Playback, type Screen } from './playback.ts';
import { saveRecording } from './recordings-list.tsx';
import { useCast } from './use-cast.ts';

const SPEEDS = [0.5, 1, 2, 4, 8] as const;
/** A step of the arrow keys, seconds. */
const STEP = 5;
/** Matches that can be gone through. */
const MATCHES = 1000;

/** Plays a recording. Space plays and pauses, the arrows go five seconds on or back. */
export function Player({ recordingId }: { readonly recordingId: string }): ReactNode {
  const view = useCast(recordingId);
  if (view.kind === 'ready') return <CastPlayer recordingId={recordingId} cast={view.cast} isCut={view.isCut} />;
  return (
    <p className="dock__page b-subtle" role="status" tabIndex={-1} data-pane-focus>
      {view.kind === 'failed' ? view.why : `Reading, ${formatBytes(view.bytes)} so far`}
    </p>
  );
}

interface CastPlayerProps {
  readonly recordingId: string;
  readonly cast: Cast;
  readonly isCut: boolean;
}

function CastPlayer({ recordingId, cast, isCut }: CastPlayerProps): ReactNode {
  const session = useSession();
  const place = useRef<HTMLDivElement>(null);
  const playback = useRef<Playback | null>(null);
  const [skipsIdle, setSkipsIdle] = useState(true);
  const [speed, setSpeed] = useState<number>(1);
  const [time, setTime] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const [wanted, setWanted] = useState('');
  const [match, setMatch] = useState(-1);
  const times = useMemo(() => timesOf(cast, skipsIdle ? IDLE_LIMIT : null), [cast, skipsIdle]);
  const found = useMemo(() => findInCast(cast, wanted, MATCHES), [cast, wanted]);
  const end = times.at(-1) ?? 0;

  useEffect(() => {
    if (!place.current) return undefined;
    const { screen, dispose } = createScreen(place.current);
    playback.current = createPlayback(cast, timesOf(cast, IDLE_LIMIT), screen);
    return () => {
      playback.current = null;
      dispose();
    };
  }, [cast]);
  useEffect(() => {
    playback.current?.setTimes(times);
    playback.current?.showAt(time);
  }, [times, time]);
  useEffect(() => {
    if (!isPlaying) return undefined;
    let before = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      const passed = ((now - before) / 1000) * speed;
      before = now;
      setTime((at) => Math.min(end, at + passed));
      frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, speed, end]);
  const isOver = time >= end;
  if (isPlaying && isOver) setPlaying(false);

  const seek = (to: number) => setTime(Math.max(0, Math.min(end, to)));
  const play = () => {
    if (isOver) setTime(0);
    setPlaying(!isPlaying);
  };
  const toMatch = (step: 1 | -1) => {
    if (found.length === 0) return;
    const to = (match + step + found.length) % found.length;
    setMatch(to);
    setPlaying(false);
    seek(times[found[to] ?? 0] ?? 0);
  };

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLButtonElement) return;
    if (event.key === ' ') play();
    else if (event.key === 'ArrowRight') seek(time + STEP);
    else if (event.key === 'ArrowLeft') seek(time - STEP);
    else return;
    event.preventDefault();
  }

  return (
    <section className="player" aria-label="Recording" onKeyDown={onKeyDown}>
      <div className="dock__strip">
        <IconButton icon={isPlaying ? 'pause' : 'play'} label={isPlaying ? 'Pause' : 'Play'} onClick={play} />
        <input
          className="player__seek"
          type="range"
          aria-label="Position"
          aria-valuetext={`${clockText(time)} of ${clockText(end)}`}
          min={0}
          max={Math.max(end, 0.001)}
          step="any"
          value={time}
          onChange={({ target }) => seek(Number(target.value))}
          onKeyDown={(event) => {
            const to = { ArrowRight: time + STEP, ArrowLeft: time - STEP }[event.key];
            if (to === undefined) return;
            event.preventDefault();
            seek(to);
          }}
        />
        <span className="dock__count">
          {clockText(time)} of {clockText(end)}
        </span>
        <MenuButton
          label={`Speed: ${speed}×`}
          text={`${speed}×`}
          items={SPEEDS.map((each) => ({ label: `${each}×`, checked: each === speed, run: () => setSpeed(each) }))}
        />
        <label className="player__idle">
          <input
            type="checkbox"
            checked={skipsIdle}
            onChange={({ target: { checked } }) => {
              setSkipsIdle(checked);
              setTime((at) => sameMoment(times, timesOf(cast, checked ? IDLE_LIMIT : null), at));
            }}
          />
          Skip idle
        </label>
        <span className="b-grow" />
        <input
          className="b-input player__find"
          aria-label="Find in the recording"
          placeholder="Find"
          value={wanted}
          spellCheck={false}
          onChange={({ target }) => {
            setWanted(target.value);
            setMatch(-1);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') toMatch(event.shiftKey ? -1 : 1);
          }}
        />
        <span className="dock__count" role="status">
          {matchText(wanted, found.length, match)}
        </span>
        <IconButton icon="arrow-up" label="Match before" onClick={() => toMatch(-1)} />
        <IconButton icon="arrow-down" label="Next match" onClick={() => toMatch(1)} />
        <MenuButton
          icon="download"
          label="Save the recording"
          items={[
            { label: 'As asciicast', run: () => void saveRecording(session, recordingId, 'cast') },
            { label: 'As text', run: () => void saveRecording(session, recordingId, 'text') },
          ]}
        />
      </div>
      {isCut && <p className="dock__strip">Only the first 256 MiB are played. The saved file has all of it.</p>}
      <div
        ref={place}
        className="player__screen"
        role="group"
        aria-label="The terminal at this moment"
        tabIndex={0}
        data-pane-focus
      />
    </section>
  );
}

function matchText(wanted: string, count: number, at: number): string {
  if (wanted === '') return '';
  if (count === 0) return 'not found';
  return at < 0 ? `${count}${count === MATCHES ? ' and more' : ''}` : `${at + 1} of ${count}`;
}

/** A terminal that only shows: nothing can be typed, nothing is answered, links go nowhere. */
function createScreen(element: HTMLElement): { readonly screen: Screen; readonly dispose: () => void } {
  const { colours, fontFamily } = readTerminalTheme(element);
  const terminal = new Terminal({
    allowProposedApi: true,
    cursorInactiveStyle: 'outline',
    disableStdin: true,
    fontFamily,
    fontSize: 12,
    lineHeight: 1.15,
    logLevel: 'off',
    linkHandler: { activate: () => undefined },
    minimumContrastRatio: 4.5,
    scrollback: 0,
    theme: { ...colours, cursor: colours.foreground ?? '#e0e0e0' },
  });
  answerOnly(terminal, { answer: () => undefined, writeClipboard: () => undefined });
  terminal.attachCustomKeyEventHandler(() => false);
  terminal.open(element);
  if (terminal.textarea) terminal.textarea.tabIndex = -1;
  return {
    screen: {
      reset(columns, rows) {
        terminal.reset();
        terminal.resize(columns, rows);
      },
      resize: (columns, rows) => terminal.resize(columns, rows),
      write: (text) => terminal.write(text),
    },
    dispose: () => terminal.dispose(),
  };
}
