import { run } from "./program.js";

self.onmessage = () => {
  run().then(
    (results) => self.postMessage(results),
    (error) => self.postMessage({ failed: String(error) }),
  );
};
