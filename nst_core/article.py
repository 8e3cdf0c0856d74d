"""The settings of the run in the article, to compare ours with."""

from __future__ import annotations

from .settings import Settings

# Gatys, Ecker & Bethge, "Image Style Transfer Using Convolutional Neural Networks", CVPR 2016: from white noise, at one
# scale (section 2.3); the sums of eq. 1, 4 and 5, with alpha / beta = 1e-3 and the layers of figure 2; average pooling
# (section 2); L-BFGS (section 2.3). A convolution sees zeros beyond the edge, and the painting has the result's size.
# The article has no size and no number of evaluations: these take about a minute on two processors. Its layers are
# convolutions "conv4_2"; like most who repeat it, we compare them after the ReLU.
ARTICLE = Settings(
    size=256,
    init="noise",
    objective="gatys",
    content_weight=1.0,
    style_weight=1000.0,
    content_layers=("relu4_2",),
    style_layers=("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"),
    coarse_only_layers=(),
    pooling="average",
    padding="zeros",
    style_scale=1.0,
    levels=1,
    optimizer="lbfgs",
    evaluations=400,
)
