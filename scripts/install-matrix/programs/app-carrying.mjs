// The probe in an application that carries the addon of one platform.
import 'hermetic-ssl/addon/linux-x64-gnu';
import './probe.mjs';
