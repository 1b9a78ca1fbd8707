// @ts-check
// The sounds of a game, made by the browser: wood on wood, and two quiet tones.

/** @typedef {"move" | "capture" | "check" | "end"} Sound */

const LOUDNESS = 0.25;

/** @type {AudioContext | null} */
let audio = null;

/** @param {Sound} sound */
export function play(sound) {
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume().catch(() => {}); // until the first press
  const now = audio.currentTime;
  const { dataset } = document.documentElement;
  dataset.sound = `${sound} ${Number((dataset.sound ?? "").split(" ")[1] ?? 0) + 1}`;
  if (sound === "move") knock(audio, now, 700, 1);
  if (sound === "capture") {
    knock(audio, now, 480, 1.3);
    knock(audio, now + 0.06, 800, 0.7);
  }
  if (sound === "check") {
    knock(audio, now, 700, 1);
    tone(audio, now + 0.03, 880, 0.16);
  }
  if (sound === "end") {
    tone(audio, now, 523, 0.35);
    tone(audio, now + 0.14, 392, 0.5);
  }
}

/**
 * A short burst of filtered noise, as of a piece put down.
 *
 * @param {AudioContext} context
 * @param {number} at
 * @param {number} pitch
 * @param {number} strength
 */
function knock(context, at, pitch, strength) {
  const length = Math.round(context.sampleRate * 0.07);
  const buffer = context.createBuffer(1, length, context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let place = 0; place < length; place += 1) {
    samples[place] = (Math.random() * 2 - 1) * Math.exp(-place / (length * 0.12));
  }
  const noise = new AudioBufferSourceNode(context, { buffer });
  const filter = new BiquadFilterNode(context, { type: "bandpass", frequency: pitch, Q: 2.5 });
  noise.connect(filter).connect(loudness(context, at, strength * LOUDNESS * 3, 0.08));
  noise.start(at);
}

/**
 * @param {AudioContext} context
 * @param {number} at
 * @param {number} pitch
 * @param {number} length
 */
function tone(context, at, pitch, length) {
  const oscillator = new OscillatorNode(context, { type: "sine", frequency: pitch });
  oscillator.connect(loudness(context, at, LOUDNESS, length));
  oscillator.start(at);
  oscillator.stop(at + length);
}

/**
 * A way to the loudspeaker that fades out.
 *
 * @param {AudioContext} context
 * @param {number} at
 * @param {number} strength
 * @param {number} length
 */
function loudness(context, at, strength, length) {
  const gain = new GainNode(context, { gain: strength });
  gain.gain.setValueAtTime(strength, at);
  gain.gain.exponentialRampToValueAtTime(0.001, at + length);
  gain.connect(context.destination);
  return gain;
}
