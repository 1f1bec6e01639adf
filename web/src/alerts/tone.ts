/** The sound of an alert: two short tones, made here, so that no file is loaded. */
const TONES = [880, 1174.66] as const;
const TONE_S = 0.16;
const LOUDNESS = 0.12;

let context: AudioContext | null = null;

/** Plays it. Browsers allow sound after the user's first press on the page; until then nothing is heard. */
export function playTone(): void {
  context ??= new AudioContext();
  const { currentTime, destination } = context;
  TONES.forEach((frequency, nth) => {
    const oscillator = new OscillatorNode(context as AudioContext, { frequency });
    const gain = new GainNode(context as AudioContext, { gain: 0 });
    const begin = currentTime + nth * TONE_S;
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(LOUDNESS, begin + TONE_S / 8);
    gain.gain.linearRampToValueAtTime(0, begin + TONE_S);
    oscillator.connect(gain).connect(destination);
    oscillator.start(begin);
    oscillator.stop(begin + TONE_S);
  });
}
