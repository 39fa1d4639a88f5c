/** Tells a scanner's burst of keys from a person's typing. Pure: a state and a key give the next state. */

export interface Burst {
  text: string;
  /** When the last key came, milliseconds. */
  at: number;
  /** The longest gap between two keys so far. */
  slowest: number;
}

export interface BurstKey {
  key: string;
  code: string;
  shift: boolean;
  at: number;
}

export const noBurst: Burst = { text: '', at: 0, slowest: 0 };

const gap = 50;
const shortest = 6;

/** Scanners send the keys of an English keyboard; under a Russian layout the letters come out Russian, the places do not. */
export function scannedSign({ key, code, shift }: Pick<BurstKey, 'key' | 'code' | 'shift'>): string {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return shift ? letter : letter.toLowerCase();
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit && (!shift || code.startsWith('Numpad'))) return digit;
  const plain = { Minus: '-_', Equal: '=+', Slash: '/?', Period: '.>', Comma: ',<', Semicolon: ';:', Quote: "'\"", BracketLeft: '[{', BracketRight: ']}', Backslash: '\\|', Space: '  ' }[code];
  if (plain) return plain[shift ? 1 : 0]!;
  if (digit) return ')!@#$%^&*('[Number(digit)]!;
  return key;
}

/** The next state, and the scanned text when the burst ended with Enter: at least 6 signs, no gap above 50 ms. */
export function readBurst(burst: Burst, pressed: BurstKey): { burst: Burst; scanned?: string } {
  const waited = burst.text ? pressed.at - burst.at : 0;
  const slowest = Math.max(burst.slowest, waited);
  if (pressed.key === 'Enter') {
    const scanned = burst.text.length >= shortest && slowest <= gap ? burst.text : undefined;
    return scanned === undefined ? { burst: noBurst } : { burst: noBurst, scanned };
  }
  if (pressed.key === 'Shift' || pressed.key === 'AltGraph') return { burst };
  if ([...pressed.key].length !== 1) return { burst: noBurst };
  const sign = scannedSign(pressed);
  return { burst: waited > gap ? { text: sign, at: pressed.at, slowest: 0 } : { text: burst.text + sign, at: pressed.at, slowest } };
}
