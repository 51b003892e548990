type Answering = () => Promise<{ readonly __typename: string }>;

/** Lets two calls begin at once, so many times and each first in turn; the types of both answers, sorted, of each race. */
export async function raceAnswers(
  races: number,
  pair: (race: number) => Promise<readonly [Answering, Answering]>,
): Promise<string[]> {
  const outcomes: string[] = [];
  for (let race = 0; race < races; race++) {
    const [one, other] = await pair(race);
    const answers = await Promise.all(race % 2 === 0 ? [one(), other()] : [other(), one()]);
    const types = answers.map(({ __typename }) => __typename).sort();
    outcomes.push(types.join(' and '));
  }
  return outcomes;
}
