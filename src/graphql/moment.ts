const dayMilliseconds = 86_400_000;
const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

let lastDay = Number.NaN;
let lastDate = '';

/** As `toISOString`, in a third of the time: most moments of an answer are of the same day. @throws RangeError for no moment */
export function writeMoment(moment: Date): string {
  const time = moment.getTime();
  const day = Math.floor(time / dayMilliseconds);
  if (day !== lastDay) {
    const text = moment.toISOString();
    lastDate = text.slice(0, text.indexOf('T') + 1);
    lastDay = day;
  }
  const milliseconds = time - day * dayMilliseconds;
  const seconds = Math.floor(milliseconds / 1_000);
  const minutes = Math.floor(seconds / 60);
  const clock = `${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}`;
  return `${lastDate}${clock}.${String(milliseconds % 1_000).padStart(3, '0')}Z`;
}
