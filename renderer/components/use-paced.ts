import { useEffect, useRef, useState } from 'react';

/**
 * The value as it changes, at most once in `pace` ms: what comes after a rest counts at once, what follows it is gathered. The first letter is
 * answered while the second is on its way.
 */
export function usePaced<T>(value: T, pace: number): T {
  const [paced, setPaced] = useState(value);
  const takenAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const take = () => {
      takenAt.current = performance.now();
      setPaced(value);
    };
    const wait = takenAt.current + pace - performance.now();
    if (wait <= 0) {
      // Now, not behind the next frame.
      take();
      return undefined;
    }
    const timer = setTimeout(take, wait);
    return () => clearTimeout(timer);
  }, [value, pace]);
  return paced;
}
