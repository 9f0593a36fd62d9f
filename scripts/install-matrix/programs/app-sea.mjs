// The probe in a single executable application of Node.
import 'hermetic-ssl/addon/sea';
import './probe.mjs';
