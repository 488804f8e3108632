// In the place of packages that dockerode loads at once and needs for what we never ask of it: connections by ssh
// (configuration refuses such a host), and the building of images. They are a third of a start.
module.exports = {};
