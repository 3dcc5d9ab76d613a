//: before // Starting and stopping take turns,
// The application's own launcher opens the widget. It has to be in the page before the widget boots; it shows once it
// opens something, and what it says itself stays where Cello has no text for it.
const launcher = () => document.getElementById('cello-launcher');
const showLauncher = async () => {
  const element = launcher();
  if (!element) return;
  // Its badge is placed within it.
  if (getComputedStyle(element).position === 'static') element.style.position = 'relative';
  element.hidden = false;
  const labels = await window.Cello('getLabels').catch(() => null);
  const label = element.querySelector('[data-label]');
  if (label && labels?.customLauncher) label.textContent = labels.customLauncher;
};

//: before     return config && boot(config, fetchToken);
    if (config && launcher()) {
      Object.assign(config, { hideDefaultLauncher: true, customLauncherSelector: '#cello-launcher' });
    }
//: before     .catch((error) => console.warn('[cello] not booted:', error));
    .then(() => session.ended || showLauncher())
//: before     await window.Cello?.('shutdown');
    if (launcher()) launcher().hidden = true;
