// The file that a browser's worker runs when the page has asked for one to train in.

import type { TrainingOrder, TrainingPort, TrainingReport } from "./training-messages.js";
import { serveTraining } from "./training-server.js";

// The types of the library are those of windows.
serveTraining(globalThis as unknown as TrainingPort<TrainingReport, TrainingOrder>);
