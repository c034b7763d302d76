// Letters on their way: the bar is fetched anew when the stream says that they were counted.

import { connect } from "./lib/stream.js";

const bar = () => document.getElementById("letters-progress");

if (bar()) {
  connect({
    stream: bar().dataset.stream,
    after: Number(bar().dataset.after),
    onState: (state) => {
      if (state.kind === "letters.counted") bar()?.dispatchEvent(new Event("refresh"));
    },
  });
}
