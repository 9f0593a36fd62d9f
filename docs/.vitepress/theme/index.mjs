// The default theme without its web fonts, and with tables that scroll on narrow screens.
import DefaultTheme from 'vitepress/theme-without-fonts';

import './style.css';

export default DefaultTheme;
