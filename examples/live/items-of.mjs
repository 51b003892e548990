/** What an observer is told, as an async iterable, in order; `start` begins it and answers with what ends it. */
export async function* itemsOf(start) {
  const told = [];
  let wake = () => {};
  const tell = (what) => {
    told.push(what);
    wake();
  };
  const end = start({
    next: (item) => tell({ item }),
    error: (error) => tell({ error }),
    complete: () => tell({ isOver: true }),
  });
  try {
    for (;;) {
      while (told.length === 0)
        await new Promise((resolve) => {
          wake = resolve;
        });
      const { item, error, isOver } = told.shift();
      if (error) throw error;
      if (isOver) return;
      yield item;
    }
  } finally {
    end();
  }
}
