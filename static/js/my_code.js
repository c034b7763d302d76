// A telephone that goes dark in the queue shows no code.

import { keepAwake } from "./wake.js";

keepAwake();
